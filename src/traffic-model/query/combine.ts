import type { PromqlNode } from '../../promql';
import {
  byKey,
  isOfEachPod,
  keyOf,
  labelsBut,
  labelsOnly,
  mapped,
  Unsupported,
  type Element,
  type ElementLabels,
  type Result,
} from './elements';
import type { QueryModel } from './query-model';

type Binary = PromqlNode & { readonly kind: 'binary' };

const COMPARISONS = new Set(['==', '!=', '>', '<', '>=', '<=']);
const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '^']);
/** Linear in the operand that is not a number. */
const LINEAR = new Set(['*', '/']);

/** The result of an operator between two results. */
export function combined(node: Binary, left: Result, right: Result, pods: number): Result {
  const { operator, bool } = node;
  const operation = (a: QueryModel, b: QueryModel): QueryModel => ({
    type: 'operation',
    operator,
    bool,
    left: a,
    right: b,
  });
  if (left.type === 'vector' && right.type === 'vector') {
    return { type: 'vector', elements: ofVectors(node, left.elements, right.elements, operation, pods) };
  }
  if (!ARITHMETIC.has(operator) && !COMPARISONS.has(operator)) {
    throw new Unsupported(`'${operator}' with a number`);
  }
  if (left.type === 'scalar' && right.type === 'scalar') {
    return { type: 'scalar', model: operation(left.model, right.model) };
  }
  const vector = left.type === 'vector' ? left.elements : (right as Result & { readonly type: 'vector' }).elements;
  const linear = LINEAR.has(operator) && (operator === '*' || left.type === 'vector');
  if (!linear) refuse(vector, pods, operator);
  const change = (model: QueryModel): QueryModel => {
    if (left.type === 'scalar') {
      // A comparison keeps the value of the vector, on whichever side it stands.
      if (COMPARISONS.has(operator) && !bool) {
        return { type: 'operation', operator: mirrored(operator), bool, left: model, right: left.model };
      }
      return operation(left.model, model);
    }
    return operation(model, (right as Result & { readonly type: 'scalar' }).model);
  };
  const keepsName = COMPARISONS.has(operator) && !bool;
  return {
    type: 'vector',
    elements: keepsName ? vector.map((one) => ({ ...one, model: change(one.model) })) : mapped(vector, change),
  };
}

const mirrored = (operator: string): string => operator.replace(/[<>]/, (one) => (one === '<' ? '>' : '<'));

function refuse(elements: readonly Element[], pods: number, what: string): void {
  if (pods > 1 && elements.some(isOfEachPod)) {
    throw new Unsupported(`'${what}' of the series of single pods is not supported; use sum() inside`);
  }
}

function ofVectors(
  node: Binary,
  left: readonly Element[],
  right: readonly Element[],
  operation: (a: QueryModel, b: QueryModel) => QueryModel,
  pods: number,
): Element[] {
  const { operator, matching, bool } = node;
  const key = ({ labels }: Pick<Element, 'labels'>): ElementLabels =>
    matching?.by === 'on' ? labelsOnly(labels, matching.labels) : labelsBut(labels, matching?.labels ?? []);
  const others = byKey(right, key);
  const partner = (element: Element): readonly Element[] => others.get(keyOf(key(element))) ?? [];
  if (operator === 'or') return either(left, right, key, operation);
  refuse([...left, ...right], pods, operator);
  if (operator === 'and' || operator === 'unless') {
    return left.flatMap((element) => {
      const found = partner(element);
      if (found.length === 0) return operator === 'and' ? [] : [element];
      const any: QueryModel =
        found.length === 1
          ? found[0].model
          : { type: 'aggregate', operator: 'group', of: found.map(({ model }) => model) };
      return [{ ...element, model: operation(element.model, any) }];
    });
  }
  for (const group of [...byKey(left, key).values(), ...others.values()]) {
    if (group.length > 1) {
      throw new Unsupported(`'${operator}' finds ${group.length} series on one side for one on the other`);
    }
  }
  return left.flatMap((element) => {
    const [found] = partner(element);
    if (found === undefined) return [];
    const keeps = COMPARISONS.has(operator) && !bool && matching?.by !== 'on';
    return [
      {
        labels: keeps ? element.labels : key(element),
        open: element.open,
        model: operation(element.model, found.model),
      },
    ];
  });
}

/** The elements of the right operand remain that match none of the left at that time. */
function either(
  left: readonly Element[],
  right: readonly Element[],
  key: (element: Pick<Element, 'labels'>) => ElementLabels,
  operation: (a: QueryModel, b: QueryModel) => QueryModel,
): Element[] {
  const groups = byKey(left, key);
  const taken = new Set<Element>();
  const merged = left.map((element) => {
    const group = groups.get(keyOf(key(element)))!;
    const candidates = right.filter((one) => keyOf(key(one)) === keyOf(key(element)));
    if (candidates.length === 0) return element;
    if (group.length > 1 || candidates.length > 1) {
      throw new Unsupported("'or' between several series of the same labels is not supported");
    }
    taken.add(candidates[0]);
    // The labels of the element depend on the operand, but do not matter if they are aggregated away.
    return { ...element, model: operation(element.model, candidates[0].model) };
  });
  return [...merged, ...right.filter((one) => !taken.has(one))];
}
