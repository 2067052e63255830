import { memoizeBy, memoizeByObject } from '../../formats/memoize';
import { comparisons, prepareAssessment } from '../../expr';
import type { PromqlNode, Selector } from '../../promql';
import { isCounter, isSingle } from './metric-query';
import { isScalarQuery, judged, type MetricConditions, verdictKey } from './metric-conditions';

/** The values that a query can give. */
export interface ValueRange {
  readonly least: number;
  readonly most: number;
  /** The reason for the bounds, in a few words. */
  readonly because: string | undefined;
}

const ANY: ValueRange = { least: -Infinity, most: Infinity, because: undefined };
const FROM_ZERO: ValueRange = { least: 0, most: Infinity, because: 'a count is never negative' };

/** The range of a query's values, by its outermost parts: counts are never negative, a share is between 0 and 1. */
export function valueRangeOf(node: PromqlNode): ValueRange {
  switch (node.kind) {
    case 'selector':
      return isCounter(node.metric) ? FROM_ZERO : ANY;
    case 'aggregate':
      if (node.args.length === 0) return ANY;
      if (node.name === 'count') return FROM_ZERO;
      if (node.name === 'sum') {
        const summed = node.args[node.args.length - 1];
        return isSingle(summed) ? valueRangeOf(summed) : sumOf(valueRangeOf(summed));
      }
      return ['avg', 'min', 'max', 'topk', 'bottomk', 'quantile'].includes(node.name)
        ? valueRangeOf(node.args[node.args.length - 1])
        : ANY;
    case 'call':
      if (['rate', 'increase', 'irate', 'resets', 'changes', 'count_over_time'].includes(node.name)) return FROM_ZERO;
      if (
        ['vector', 'scalar', 'avg_over_time', 'max_over_time', 'min_over_time', 'round', 'ceil', 'floor'].includes(
          node.name,
        ) &&
        node.args[0]
      )
        return valueRangeOf(node.args[0]);
      if (node.name === 'sum_over_time' && node.args[0]) return sumOf(valueRangeOf(node.args[0]));
      if (node.name === 'histogram_quantile') return { ...ANY, least: 0, because: undefined };
      return ANY;
    case 'number': {
      const value = Number(node.text);
      return Number.isFinite(value) ? { least: value, most: value, because: undefined } : ANY;
    }
    case 'subquery':
      return valueRangeOf(node.node);
    case 'binary':
      return valueRangeOfBinary(node);
    default:
      return ANY;
  }
}

/** The range of a sum of any number of values: two shares may come to more than 1. */
function sumOf({ least, most, because }: ValueRange): ValueRange {
  if (least < 0) return ANY;
  return { least: 0, most: Infinity, because: Number.isFinite(most) ? undefined : because };
}

function valueRangeOfBinary(node: PromqlNode & { kind: 'binary' }): ValueRange {
  const left = valueRangeOf(node.left);
  const right = valueRangeOf(node.right);
  switch (node.operator) {
    case 'and':
    case 'unless':
      return left;
    case '>':
    case '>=':
    case '<':
    case '<=':
      if (node.bool) return { least: 0, most: 1, because: undefined };
      // What is kept is the value of the series, also where a number is compared with it.
      return node.left.kind === 'number' ? right : left;
    case 'or':
      return {
        least: Math.min(left.least, right.least),
        most: Math.max(left.most, right.most),
        because: left.because ?? right.because,
      };
    case '/':
      if (isShare(node)) return { least: 0, most: 1, because: 'the query gives a share between 0 and 1' };
      // 100 * errors / requests is read from the left.
      if (node.left.kind === 'binary' && node.left.operator === '*') {
        const { left: a, right: b } = node.left;
        const [factor, part] =
          a.kind === 'number' ? [Number(a.text), b] : [b.kind === 'number' ? Number(b.text) : NaN, a];
        const because = `the query gives a share between 0 and ${factor}`;
        if (factor > 0 && isShare({ ...node, left: part })) return { least: 0, most: factor, because };
      }
      return left.least >= 0 && right.least >= 0 ? FROM_ZERO : ANY;
    case '*':
      if (left.least < 0 || right.least < 0) return ANY;
      return { least: 0, most: times(left.most, right.most), because: left.because ?? right.because };
    case '+':
      return { least: left.least + right.least, most: left.most + right.most, because: left.because ?? right.because };
    case '-':
      // 1 - share, 100 - percentage.
      if (Number.isFinite(left.least) && Number.isFinite(right.most))
        return { least: left.least - right.most, most: left.most - right.least, because: right.because };
      return ANY;
    default:
      return ANY;
  }
}

const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

/** A share of requests: the same series in both operands, with more matchers in the numerator. */
function isShare(node: PromqlNode): boolean {
  if (node.kind !== 'binary' || node.operator !== '/') return false;
  const above = only(node.left);
  const below = only(withoutFloor(node.right));
  // What a rate is taken of is a counter, whatever its name.
  if (!above?.metric || above.metric !== below?.metric || !(isCounter(above.metric) || above.window)) return false;
  const wider = below.matchers.every((one) =>
    above.matchers.some(
      (other) => other.label === one.label && other.operator === one.operator && other.value === one.value,
    ),
  );
  return wider && above.window?.text === below.window?.text;
}

/** The divisor without `clamp_min`, which makes a share smaller, never larger. */
const withoutFloor = (node: PromqlNode): PromqlNode =>
  node.kind === 'call' && node.name === 'clamp_min' && node.args[0] ? node.args[0] : node;

/** The selector of an expression that only sums a rate. `or vector(0)` is ignored. */
function only(node: PromqlNode): Selector | undefined {
  switch (node.kind) {
    case 'selector':
      return node;
    case 'aggregate':
      return node.name === 'sum' && node.args.length === 1 ? only(node.args[0]) : undefined;
    case 'call':
      return ['rate', 'increase', 'irate'].includes(node.name) && node.args.length === 1
        ? only(node.args[0])
        : undefined;
    case 'binary':
      return node.operator === 'or' && node.right.kind === 'call' && node.right.name === 'vector'
        ? only(node.left)
        : ['>', '>='].includes(node.operator)
          ? only(node.left)
          : undefined;
    default:
      return undefined;
  }
}

/** The domain of a metric's query, and the resulting phases. Undefined if they are not known. */
export interface Verdicts {
  readonly domain: ValueRange;
  readonly phases: ReadonlyMap<string, number> | undefined;
}

/** What the values that a metric can have come to. */
export const verdictsOf = memoizeByObject((one: MetricConditions): Verdicts => {
  const { query } = one;
  const domain = query ? rangeOfQuery(query.root) : ANY;
  return { domain, phases: judgedPhases(one, domain, isScalarQuery(query)) };
});

const rangeOfQuery = memoizeByObject(valueRangeOf);

const judgedPhases = memoizeBy(
  (one: MetricConditions, { least, most }: ValueRange, scalar: boolean) =>
    `${verdictKey(one)} ${least} ${most} ${scalar}`,
  (one, domain, scalar) => judged(() => phasesIn(one, domain, scalar)),
);

/** The phases of the values in a domain, each with an example; only finite values are tried. */
function phasesIn(
  { texts, engine }: MetricConditions,
  { least, most }: ValueRange,
  scalar: boolean,
): Map<string, number> {
  const judge = prepareAssessment(texts, 'prometheus', engine);
  const both = [texts.successCondition, texts.failureCondition];
  const thresholds = both.flatMap((text) => (text ? comparisons(text, engine) : [])).map(({ threshold }) => threshold);
  const points = [...new Set([...thresholds, 0, least, most])].filter(Number.isFinite).sort((a, b) => a - b);
  const tried = [
    ...points,
    ...points.slice(1).map((point, i) => (point + points[i]) / 2),
    points[0] - 1,
    points[points.length - 1] + 1,
    1e300,
    -1e300,
  ].filter((value) => value >= least && value <= most);
  const found = new Map<string, number>();
  for (const value of tried) {
    const { phase } = judge(scalar ? value : [value]);
    if (!found.has(phase)) found.set(phase, value);
  }
  return found;
}
