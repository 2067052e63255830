import { promqlChildren, type PromqlNode, type PromqlSpan } from './ast';

/** What an expression comes to. */
export type PromqlType = 'scalar' | 'instant vector' | 'range vector' | 'string';

const RANGE_FIRST = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'changes',
  'resets',
  'predict_linear',
  'absent_over_time',
  'double_exponential_smoothing',
  'holt_winters',
]);
const RANGE_SECOND = new Set(['quantile_over_time']);
const SCALAR_FUNCTIONS = new Set(['scalar', 'time', 'pi']);

/** Whether a function wants a range vector, and as which argument, counting from 0; undefined where it wants none. */
function rangeArgument(name: string): number | undefined {
  if (RANGE_SECOND.has(name)) return 1;
  return RANGE_FIRST.has(name) || name.endsWith('_over_time') ? 0 : undefined;
}

/** The type of an expression by its outermost part; whether its parts fit is `typeProblems`'s to say. */
export function promqlType(node: PromqlNode): PromqlType {
  switch (node.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      return node.window ? 'range vector' : 'instant vector';
    case 'subquery':
      return 'range vector';
    case 'unary':
      return promqlType(node.node);
    case 'call':
      return SCALAR_FUNCTIONS.has(node.name) ? 'scalar' : 'instant vector';
    case 'aggregate':
      return 'instant vector';
    case 'binary':
      return promqlType(node.left) === 'scalar' && promqlType(node.right) === 'scalar' ? 'scalar' : 'instant vector';
  }
}

/** Parts of a query that Prometheus refuses though the grammar allows them: a range vector where there must be none, … */
export function typeProblems(root: PromqlNode): (PromqlSpan & { readonly message: string })[] {
  const found: (PromqlSpan & { readonly message: string })[] = [];
  const add = ({ from, to }: PromqlSpan, message: string): void => void found.push({ from, to, message });
  const visit = (node: PromqlNode): void => {
    promqlChildren(node).forEach((child, index) => {
      const type = promqlType(child);
      if (node.kind === 'call') {
        const wantsRange = rangeArgument(node.name) === index;
        if (wantsRange && type !== 'range vector') {
          add(child, `${node.name}() takes a range vector, such as x[5m], and is given ${article(type)}`);
        } else if (!wantsRange && type === 'range vector') {
          add(child, `${node.name}() takes no range vector`);
        }
      } else if (type === 'range vector' && node.kind !== 'subquery') {
        const by =
          node.kind === 'aggregate' ? `${node.name}()` : `the operator ${node.kind === 'binary' ? node.operator : '-'}`;
        add(child, `${by} takes no range vector; take rate() or increase() of it`);
      }
      visit(child);
    });
    if (node.kind === 'binary' && ['and', 'or', 'unless'].includes(node.operator)) {
      for (const side of [node.left, node.right]) {
        if (promqlType(side) === 'scalar') add(side, `${node.operator} takes no scalar; write vector(…)`);
      }
    }
  };
  visit(root);
  return found;
}

const article = (type: PromqlType): string => (type === 'instant vector' ? `an ${type}` : `a ${type}`);
