import { nativeBuckets } from '../sources/native-histogram';
import type { CountedPart } from '../sources/sample';
import type { NativeHistograms } from './catalogue';
import { refuseEachPod, Unsupported, mapped, type Element } from './elements';
import { leavesOf, type Leaf, type QueryModel } from './query-model';

const isOfHistograms = ({ cells }: Leaf): boolean => cells.some(({ part }) => part === 'histogram');

/** Whether an element is a native histogram. */
export const isHistogram = ({ model }: Pick<Element, 'model'>): boolean => leavesOf(model).some(isOfHistograms);

const LINEAR = new Set(['+', '-', 'or', 'and', 'unless']);
const SCALED = new Set(['*', '/']);

/** A part of the histograms that a model gives. Throws Unsupported where it gives something else. */
export function partOf(model: QueryModel, part: Exclude<CountedPart, 'histogram'>): QueryModel {
  const within = (one: QueryModel): QueryModel => partOf(one, part);
  switch (model.type) {
    case 'leaf':
      if (!isOfHistograms(model.leaf)) break;
      return { type: 'leaf', leaf: { ...model.leaf, cells: model.leaf.cells.map((cell) => ({ ...cell, part })) } };
    case 'aggregate':
      if (model.operator !== 'sum' && model.operator !== 'avg') break;
      return { ...model, of: model.of.map(within) };
    case 'earlier':
    case 'recorded':
      return { ...model, of: within(model.of) };
    case 'operation': {
      const { operator, left, right } = model;
      if (SCALED.has(operator) && right.type === 'number') return { ...model, left: within(left) };
      if (operator === '*' && left.type === 'number') return { ...model, right: within(right) };
      if (!LINEAR.has(operator)) break;
      // Of the right side of `and` and `unless` only its existence counts.
      return {
        ...model,
        left: within(left),
        right: operator === 'and' || operator === 'unless' ? right : within(right),
      };
    }
  }
  throw new Unsupported(
    'this expression over native histograms is not supported; take histogram_quantile() of a sum of rates',
  );
}

/** The mean of what histograms count. */
export const meanOf = (model: QueryModel): QueryModel => ({
  type: 'operation',
  operator: '/',
  bool: false,
  left: partOf(model, 'seconds'),
  right: partOf(model, 'count'),
});

/** histogram_quantile() of native histograms. */
export function nativeQuantiles(
  quantile: number,
  elements: readonly Element[],
  { growth, spread }: NativeHistograms,
  pods: number,
): Element[] {
  refuseEachPod(elements, pods, 'histogram_quantile()');
  return mapped(elements, (model) => {
    const [factor] = leavesOf(model).flatMap(({ cells }) => cells.map((cell) => cell.factor));
    const { bounds } = nativeBuckets(growth, factor);
    return {
      type: 'quantile',
      quantile,
      native: spread,
      buckets: [
        ...bounds.map((bound) => ({ bound, of: partOf(model, { upTo: bound / factor }) })),
        { bound: Infinity, of: partOf(model, 'count') },
      ],
    };
  });
}

/** Throws Unsupported where a native histogram stands for a number. */
export function refuseHistograms(model: QueryModel): void {
  switch (model.type) {
    case 'leaf':
      if (!isOfHistograms(model.leaf)) return;
      throw new Unsupported(
        'it gives a native histogram, which is no number; take histogram_quantile() or histogram_count() of it',
      );
    case 'number':
    case 'resource':
    case 'quantile':
      return;
    case 'operation':
      refuseHistograms(model.left);
      if (model.operator !== 'and' && model.operator !== 'unless') refuseHistograms(model.right);
      return;
    case 'aggregate':
      if (model.operator !== 'count' && model.operator !== 'group') model.of.forEach(refuseHistograms);
      return;
    default:
      refuseHistograms(model.of);
  }
}
