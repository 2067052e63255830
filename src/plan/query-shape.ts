import { parsePromql, promqlAst, type PromqlNode } from '../promql';

/** The shape of a query's result. */
export interface ShapeAnswer {
  /** A list of values, or one number. */
  readonly values: readonly number[] | number;
  /** Whether there may be more series, each with the value of the one in the list. */
  readonly several: boolean;
}

/** What is there to be queried: no series at all, or series whose counters do not grow. */
export type World = 'no-series' | 'no-growth';

/**
 * The result of a query without traffic, derived from its shape only: `… or vector(0)` is never empty, and `x / (y >
 * 0)` is empty where `y` is 0, not NaN.
 */
export function answerIn(world: World, query: string | undefined): ShapeAnswer | undefined {
  const root = query === undefined ? undefined : promqlAst(parsePromql(query.replace(/\{\{[^{}]*\}\}/g, '0')));
  if (root === undefined) return undefined;
  const value = new Shape(world).of(root);
  if (value === 'unknown') return undefined;
  if (value.scalar) return { values: value.value!, several: false };
  return { values: value.value === undefined ? [] : [value.value], several: value.many };
}

/** One value or none; of several series, all of which have the same. */
interface Series {
  readonly scalar: boolean;
  readonly value: number | undefined;
  /** Whether there may be more than one series. */
  readonly many: boolean;
  /** The names of the labels. Undefined if they are not known. */
  readonly labels: readonly string[] | undefined;
}
type Value = Series | 'unknown';

const none: Value = { scalar: false, value: undefined, many: false, labels: undefined };
/** A series without labels, of which there is only one. */
const vector = (value: number | undefined): Series => ({ scalar: false, value, many: false, labels: [] });
const scalar = (value: number): Value => ({ scalar: true, value, many: false, labels: [] });

const GROWTH = new Set(['rate', 'increase', 'irate', 'delta', 'idelta', 'changes', 'resets', 'deriv']);

class Shape {
  constructor(private readonly world: World) {}

  of(node: PromqlNode): Value {
    switch (node.kind) {
      case 'number':
        return scalar(Number(node.text.replace(/Inf/i, 'Infinity')));
      case 'unary':
        return this.changed(this.of(node.node), (value) => (node.operator === '-' ? -value : value));
      case 'selector':
        return this.world === 'no-series' ? none : 'unknown';
      case 'subquery':
        return this.of(node.node);
      case 'aggregate':
        return this.aggregate(node);
      case 'binary':
        return this.binary(node);
      case 'call':
        return this.call(node);
      default:
        return 'unknown';
    }
  }

  private changed(value: Value, change: (value: number) => number): Value {
    if (value === 'unknown' || value.value === undefined) return value;
    return { ...value, value: change(value.value) };
  }

  private aggregate(node: PromqlNode & { readonly kind: 'aggregate' }): Value {
    const { name, args } = node;
    const inner = this.of(args[args.length - 1]);
    if (inner === 'unknown' || inner.value === undefined) return inner;
    if (SELECTING.has(name)) return inner;
    const value = aggregated(name, inner.value, inner.many);
    return value === undefined ? 'unknown' : { ...groupsOf(node, inner), scalar: false, value };
  }

  private call({ name, args }: PromqlNode & { readonly kind: 'call' }): Value {
    if (GROWTH.has(name)) {
      return this.world === 'no-series' ? none : { scalar: false, value: 0, many: true, labels: undefined };
    }
    const values = args.map((one) => this.of(one));
    const [first] = values;
    switch (name) {
      case 'vector':
        return first === 'unknown' || first === undefined ? 'unknown' : vector(first.value);
      case 'scalar':
        return first === 'unknown' ? 'unknown' : scalar(first.many ? NaN : (first.value ?? NaN));
      case 'absent':
        return first === 'unknown' ? 'unknown' : first.value === undefined ? { ...vector(1), labels: undefined } : none;
      case 'histogram_quantile': {
        const histogram = values[1];
        if (histogram === 'unknown' || histogram.value === undefined) return histogram;
        return { ...withoutLabel(histogram, 'le'), value: NaN };
      }
      case 'clamp_min':
        return this.with(first, values[1], Math.max);
      case 'clamp_max':
        return this.with(first, values[1], Math.min);
      case 'abs':
        return this.changed(first, Math.abs);
      case 'ceil':
      case 'floor':
      case 'round':
        return this.changed(first, Math.round);
      case 'label_replace':
      case 'label_join':
        return first === 'unknown' ? first : { ...first, labels: undefined };
      case 'sort':
      case 'sort_desc':
        return first;
      case 'sum_over_time':
      case 'avg_over_time':
      case 'max_over_time':
      case 'min_over_time':
      case 'last_over_time':
        return first;
      default:
        return this.world === 'no-series' && args.length > 0 && first !== 'unknown' && first.value === undefined
          ? none
          : 'unknown';
    }
  }

  private with(a: Value, b: Value | undefined, change: (a: number, b: number) => number): Value {
    if (b === undefined || b === 'unknown' || b.value === undefined) return 'unknown';
    return this.changed(a, (value) => change(value, (b as { readonly value: number }).value));
  }

  private binary(node: PromqlNode & { readonly kind: 'binary' }): Value {
    const { operator, left, right, bool, matching } = node;
    const [a, b] = [this.of(left), this.of(right)];
    if (operator === 'or') return either(a, b, matching);
    if (operator === 'and' || operator === 'unless') {
      if (a !== 'unknown' && a.value === undefined) return none;
      if (a === 'unknown' || b === 'unknown') return 'unknown';
      if (b.value === undefined) return operator === 'unless' ? a : none;
      if (!match(a, b, matching)) return 'unknown';
      return operator === 'unless' ? none : a;
    }
    if ((a !== 'unknown' && a.value === undefined) || (b !== 'unknown' && b.value === undefined)) return none;
    if (a === 'unknown' || b === 'unknown') return 'unknown';
    const isOfVectors = !a.scalar && !b.scalar;
    if (isOfVectors && !match(a, b, matching)) return 'unknown';
    const [x, y] = [a.value!, b.value!];
    const series = {
      scalar: a.scalar && b.scalar,
      many: a.many || b.many,
      labels: isOfVectors ? matchedLabels(a, matching) : a.scalar ? b.labels : a.labels,
    };
    const compared = COMPARISONS[operator];
    if (compared === undefined) {
      const arithmetic = ARITHMETIC[operator];
      return arithmetic === undefined ? 'unknown' : { ...series, value: arithmetic(x, y) };
    }
    if (bool || series.scalar) return { ...series, value: compared(x, y) ? 1 : 0 };
    return compared(x, y) ? { ...series, value: a.scalar ? y : x } : none;
  }
}

type Matching = (PromqlNode & { readonly kind: 'binary' })['matching'];

/** Aggregations that keep some of the series, with their labels. */
const SELECTING = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/** The result of an aggregation over series that have the same value. Undefined if it depends on their number. */
function aggregated(name: string, value: number, many: boolean): number | undefined {
  switch (name) {
    case 'group':
      return 1;
    case 'count':
      return many ? undefined : 1;
    case 'sum':
      // Any number of zeros is 0.
      return !many || value === 0 || !Number.isFinite(value) ? value : undefined;
    case 'stddev':
    case 'stdvar':
      return Number.isFinite(value) ? 0 : NaN;
    case 'count_values':
      return undefined;
    default:
      return value;
  }
}

function groupsOf(
  { grouping, labels }: PromqlNode & { readonly kind: 'aggregate' },
  inner: Series,
): Pick<Series, 'many' | 'labels'> {
  const left =
    grouping === 'without'
      ? inner.labels?.filter((label) => !labels.includes(label))
      : grouping === undefined
        ? []
        : labels.filter((label) => inner.labels?.includes(label) ?? true);
  return { labels: left, many: inner.many && left?.length !== 0 };
}

function withoutLabel(series: Series, name: string): Series {
  const labels = series.labels?.filter((label) => label !== name);
  return { ...series, labels, many: series.many && labels?.length !== 0 };
}

/** Whether series of two vectors find each other: those with the same labels. */
function match(a: Series, b: Series, matching: Matching): boolean {
  if (matching?.by === 'on') return true;
  const seen = ({ labels }: Series): string | undefined =>
    labels &&
    [...new Set(labels)]
      .filter((label) => !matching?.labels.includes(label))
      .sort()
      .join();
  // Of labels that nobody states, those of both sides are taken to be the same.
  if (matching !== undefined && (a.labels === undefined || b.labels === undefined)) return true;
  return seen(a) === seen(b);
}

function matchedLabels(a: Series, matching: Matching): Series['labels'] {
  if (matching === undefined) return a.labels;
  return matching.by === 'on' ? matching.labels : a.labels?.filter((label) => !matching.labels.includes(label));
}

/** `or`: the series of the left side, and those of the right side whose labels the left side does not have. */
function either(a: Value, b: Value, matching: Matching): Value {
  if (a === 'unknown') return a;
  if (a.value === undefined) return b;
  const hides = matching?.by === 'on' && matching.labels.length === 0;
  if (hides || (b !== 'unknown' && b.value === undefined)) return a;
  if (b === 'unknown') return a.many || a.labels?.length !== 0 ? 'unknown' : a;
  if (!a.many && !b.many && a.labels?.length === 0 && b.labels?.length === 0) return a;
  return Object.is(a.value, b.value) ? { ...a, many: true, labels: undefined } : 'unknown';
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
};
const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};
