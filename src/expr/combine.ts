import { mapChildren, type BuiltinNode, type ExprNode } from './ast';

/** Loops that become one where they stand on both sides of an operator, with the operator between their predicates. */
const COMBINED: { readonly [name: string]: { readonly [operator: string]: string } } = {
  all: { and: 'and', '&&': '&&' },
  any: { or: 'or', '||': '||' },
  none: { and: 'or', '&&': '||' },
};

const LITERALS = new Set<ExprNode['kind']>(['integer', 'float', 'string', 'bool']);

type Walk = (node: ExprNode, change: (node: ExprNode) => ExprNode) => ExprNode;

/** Turns several loops into one, as newer engines do: it shows in which errors come up, and in the order of a sum. */
export function combineLoops(tree: ExprNode, bottomUp: Walk): ExprNode {
  return [combinePredicates, sumOfArray, sumOfMap].reduce((node, pass) => bottomUp(node, pass), tree);
}

function combinePredicates(node: ExprNode): ExprNode {
  if (node.kind !== 'binary' || node.left.kind !== 'builtin' || node.right.kind !== 'builtin') return node;
  const { left, right, type, from, to } = node;
  const operator = COMBINED[left.name]?.[node.operator];
  if (operator === undefined || right.name !== left.name || !sameExpression(left.args[0], right.args[0])) return node;
  const both = combinePredicates({
    kind: 'binary',
    operator,
    left: inside(left.args[1]),
    right: inside(right.args[1]),
    from: left.from,
    to: right.to,
  });
  return { ...left, args: [left.args[0], { kind: 'closure', node: both, from, to }], type, from, to };
}

const inside = (closure: ExprNode): ExprNode => (closure.kind === 'closure' ? closure.node : closure);

/** `sum([a, b, c])` is `a + (b + c)`, unless all are constants. */
function sumOfArray(node: ExprNode): ExprNode {
  if (!isSum(node)) return node;
  const [array] = node.args;
  if (array.kind !== 'array' || array.nodes.length < 2) return node;
  if (array.nodes.every(({ kind }) => LITERALS.has(kind))) return node;
  const { from, to } = node;
  const sum = array.nodes.reduceRight((right, left) => ({ kind: 'binary', operator: '+', left, right, from, to }));
  return { ...sum, type: node.type };
}

function sumOfMap(node: ExprNode): ExprNode {
  if (!isSum(node)) return node;
  const [map] = node.args;
  return map.kind === 'builtin' && map.name === 'map' ? { ...node, args: map.args } : node;
}

const isSum = (node: ExprNode): node is BuiltinNode =>
  node.kind === 'builtin' && node.name === 'sum' && node.args.length === 1;

/** Whether two trees say the same, wherever they stand. */
function sameExpression(a: ExprNode, b: ExprNode): boolean {
  return print(a) === print(b);
}

function print(node: ExprNode): string {
  const parts: string[] = [];
  mapChildren(node, (child) => {
    parts.push(print(child));
    return child;
  });
  const own = Object.entries(node)
    .filter(([key, value]) => !PLACES.has(key) && typeof value !== 'object')
    .map(([key, value]) => `${key}=${String(value)}`);
  return `(${own.join(' ')} ${parts.join(' ')})`;
}

const PLACES = new Set(['from', 'to', 'type']);
