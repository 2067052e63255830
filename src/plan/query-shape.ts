import { parsePromql, promqlAst, type PromqlNode } from '../promql';

/** The shape of a query's result: a list of values, or one number. Undefined if it is unknown. */
export type ShapeAnswer = readonly number[] | number | undefined;

/** What is there to be queried: no series at all, or series whose counters do not grow. */
export type World = 'no-series' | 'no-growth';

/**
 * The result of a query without traffic, derived from its shape only: `… or vector(0)` is never empty, and `x / (y >
 * 0)` is empty where `y` is 0, not NaN.
 */
export function answerIn(world: World, query: string | undefined): ShapeAnswer {
  const root = query === undefined ? undefined : promqlAst(parsePromql(query.replace(/\{\{[^{}]*\}\}/g, '0')));
  if (root === undefined) return undefined;
  const value = new Shape(world).of(root);
  if (value === 'unknown') return undefined;
  return value.scalar ? value.value! : value.value === undefined ? [] : [value.value];
}

/** One value or none; of several series, all of which have the same. */
type Value = { readonly scalar: boolean; readonly value: number | undefined } | 'unknown';

const none: Value = { scalar: false, value: undefined };
const vector = (value: number | undefined): Value => ({ scalar: false, value });
const scalar = (value: number): Value => ({ scalar: true, value });

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

  private aggregate({ name, args }: PromqlNode & { readonly kind: 'aggregate' }): Value {
    const inner = this.of(args[args.length - 1]);
    if (inner === 'unknown' || inner.value === undefined) return inner;
    if (name === 'count') return 'unknown';
    return name === 'group' ? vector(1) : vector(inner.value);
  }

  private call({ name, args }: PromqlNode & { readonly kind: 'call' }): Value {
    if (GROWTH.has(name)) return this.world === 'no-series' ? none : vector(0);
    const values = args.map((one) => this.of(one));
    const [first] = values;
    switch (name) {
      case 'vector':
        return first === 'unknown' || first === undefined ? 'unknown' : vector(first.value);
      case 'scalar':
        return first === 'unknown' ? 'unknown' : scalar(first.value ?? NaN);
      case 'absent':
        return first === 'unknown' ? 'unknown' : first.value === undefined ? vector(1) : none;
      case 'histogram_quantile': {
        const histogram = values[1];
        return histogram === 'unknown' || histogram.value === undefined ? histogram : vector(NaN);
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

  private binary({ operator, left, right, bool }: PromqlNode & { readonly kind: 'binary' }): Value {
    const [a, b] = [this.of(left), this.of(right)];
    if (operator === 'or') {
      if (a === 'unknown') return b === 'unknown' ? b : 'unknown';
      return a.value === undefined ? b : a;
    }
    if (operator === 'and' || operator === 'unless') {
      if (a !== 'unknown' && a.value === undefined) return none;
      if (b === 'unknown') return 'unknown';
      return (b.value === undefined) === (operator === 'unless') ? a : none;
    }
    if ((a !== 'unknown' && a.value === undefined) || (b !== 'unknown' && b.value === undefined)) return none;
    if (a === 'unknown' || b === 'unknown') return 'unknown';
    const both = { scalar: a.scalar && b.scalar };
    const [x, y] = [a.value!, b.value!];
    const compared = COMPARISONS[operator];
    if (compared === undefined) {
      const arithmetic = ARITHMETIC[operator];
      return arithmetic === undefined ? 'unknown' : { ...both, value: arithmetic(x, y) };
    }
    if (bool || both.scalar) return { ...both, value: compared(x, y) ? 1 : 0 };
    return vector(compared(x, y) ? (a.scalar ? y : x) : undefined);
  }
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
