import type { QueryModel, Cell, Leaf, ResourceCell } from './query-model';

/** Which growth of a counter is asked for: per second for a rate. */
export interface Growth {
  readonly over: Leaf['over'];
  /** Seconds. */
  readonly window: number;
  readonly now: number;
}

/** The value of a query at a time. Undefined if there is no series. */
export interface Reading {
  /** Which update is read. Within one, the value of a past moment stays. Undefined: values may change at any time. */
  readonly run?: number;
  /** The growth of a cell over a window, extrapolated as Prometheus does. */
  growth(cell: Cell, growth: Growth): number | undefined;
  /** The growth between the last two samples of a window, per second. */
  irate(cell: Cell, window: number, now: number): number | undefined;
  /** A resource of a container of one pod, or of all pods together. */
  resource(cell: ResourceCell, together: boolean, now: number): number | undefined;
  /** Its growth over a window, extrapolated as Prometheus does. */
  resourceGrowth(cell: ResourceCell, together: boolean, growth: Growth): number | undefined;
}

/** The value of a model at a time. Undefined if there is no series. */
export type Value = (reading: Reading, now: number) => number | undefined;

/** Compiles a model into a function. */
export function compileModel(model: QueryModel): Value {
  switch (model.type) {
    case 'number': {
      const { value } = model;
      return () => value;
    }
    case 'leaf':
      return compileLeaf(model.leaf);
    case 'resource': {
      const { cell, growth, together } = model;
      if (growth === undefined) return (reading, now) => reading.resource(cell, together, now);
      return (reading, now) => reading.resourceGrowth(cell, together, { ...growth, now });
    }
    case 'quantile':
      return model.native ? compileNativeQuantile(model, model.native) : compileQuantile(model);
    case 'function':
      return compileFunction(model.name, compileModel(model.of), model.by);
    case 'aggregate':
      return compileAggregate(model.operator, model.of.map(compileModel));
    case 'earlier': {
      const of = compileModel(model.of);
      return (reading, now) => of(reading, now - model.by);
    }
    case 'recorded': {
      const of = compileModel(model.of);
      const { interval } = model;
      return (reading, now) => of(reading, Math.floor(now / interval + 1e-9) * interval);
    }
    case 'over-time':
      return compileOverTime(model);
    case 'operation':
      if (isRatioOfRates(model)) return compileModel({ ...model, left: grown(model.left), right: grown(model.right) });
      return compileOperation(model.operator, model.bool, compileModel(model.left), compileModel(model.right));
  }
}

function compileLeaf({ cells, window, over }: Extract<QueryModel, { type: 'leaf' }>['leaf']): Value {
  return (reading, now) => {
    const growth = { over, window, now };
    let sum: number | undefined;
    for (const cell of cells) {
      const value = over === 'irate' ? reading.irate(cell, window, now) : reading.growth(cell, growth);
      if (value !== undefined) sum = (sum ?? 0) + value;
    }
    return sum;
  };
}

/**
 * A quotient of rates over one window is the quotient of what was counted in it: without two divisions whose rounding
 * would decide where a value lies exactly on a threshold.
 */
function isRatioOfRates({ operator, left, right }: Extract<QueryModel, { type: 'operation' }>): boolean {
  const sides = [left, right].map(rateOf);
  return operator === '/' && sides[0] !== undefined && sides[0] === sides[1];
}

/** The window of a rate, of a sum of rates, or of a rate that defaults to 0. */
function rateOf(model: QueryModel): number | undefined {
  if (model.type === 'leaf') return model.leaf.over === 'rate' ? model.leaf.window : undefined;
  if (model.type !== 'operation') return undefined;
  if (model.operator === 'or' && isZero(model.right)) return rateOf(model.left);
  if (model.operator !== '+') return undefined;
  const window = rateOf(model.left);
  return window === rateOf(model.right) ? window : undefined;
}

const isZero = (model: QueryModel): boolean => model.type === 'number' && model.value === 0;

function grown(model: QueryModel): QueryModel {
  if (model.type === 'leaf') return { type: 'leaf', leaf: { ...model.leaf, over: 'increase' } };
  return model.type === 'operation' ? { ...model, left: grown(model.left), right: grown(model.right) } : model;
}

const FUNCTIONS: Readonly<Record<string, (value: number, by: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  exp: Math.exp,
  sqrt: Math.sqrt,
  sgn: Math.sign,
  round: (value, by) => Math.floor(value / by + 0.5) * by,
  clamp_min: (value, by) => Math.max(value, by),
  clamp_max: (value, by) => Math.min(value, by),
};

function compileFunction(name: string, of: Value, by = 1): Value {
  if (name === 'scalar') return (reading, now) => of(reading, now) ?? NaN;
  const change = FUNCTIONS[name];
  return (reading, now) => {
    const value = of(reading, now);
    return value === undefined ? undefined : change(value, by);
  };
}

function compileAggregate(operator: string, of: readonly Value[]): Value {
  return (reading, now) => {
    let count = 0;
    let result = NaN;
    for (const one of of) {
      const value = one(reading, now);
      if (value === undefined) continue;
      result = count++ === 0 ? value : folded(operator, result, value);
    }
    if (count === 0) return undefined;
    if (operator === 'count') return count;
    if (operator === 'group') return 1;
    return operator === 'avg' ? result / count : result;
  };
}

/** As in Prometheus, min and max ignore NaN if there is another number. */
function folded(operator: string, a: number, b: number): number {
  if (operator === 'max') return b > a || Number.isNaN(a) ? b : a;
  if (operator === 'min') return b < a || Number.isNaN(a) ? b : a;
  return a + b;
}

function compileOverTime({ name, of: inner, range, step }: Extract<QueryModel, { type: 'over-time' }>): Value {
  const of = remembered(compileModel(inner));
  return (reading, now) => {
    let count = 0;
    let result = NaN;
    // Steps are multiples of the step since 1970, independent of the time of the query; ranges exclude their start.
    for (let at = Math.floor(now / step) * step; at > now - range; at -= step) {
      const value = of(reading, at);
      if (value === undefined) continue;
      result = count++ === 0 ? value : folded(name.replace(/_over_time$/, ''), result, value);
    }
    if (count === 0) return undefined;
    if (name === 'count_over_time') return count;
    return name === 'avg_over_time' ? result / count : result;
  };
}

/** The same, where each moment of a run is evaluated once: the steps of a subquery are those of the query before it. */
function remembered(of: Value): Value {
  const values = new Map<number, number | undefined>();
  let last: Reading | undefined;
  let run: number | undefined;
  return (reading, now) => {
    if (reading.run === undefined) return of(reading, now);
    if (reading !== last || reading.run !== run) {
      values.clear();
      last = reading;
      run = reading.run;
    }
    if (values.has(now)) return values.get(now);
    const value = of(reading, now);
    values.set(now, value);
    return value;
  };
}

/** The answer of Prometheus for a number that is no quantile, such as a percentage: it does not depend on the counts. */
function ofNoQuantile(quantile: number): number | undefined {
  if (quantile >= 0 && quantile <= 1) return undefined;
  return quantile > 1 ? Infinity : quantile < 0 ? -Infinity : NaN;
}

/** histogram_quantile; NaN where nothing was counted. */
function compileQuantile({ quantile, buckets }: Extract<QueryModel, { type: 'quantile' }>): Value {
  const bounds = buckets.map(({ bound }) => bound);
  const values = buckets.map(({ of }) => compileModel(of));
  const counts = new Float64Array(bounds.length);
  const outside = ofNoQuantile(quantile);
  return (reading, now) => {
    let any = false;
    for (let i = 0; i < values.length; i++) {
      const value = values[i](reading, now);
      any ||= value !== undefined;
      // Buckets are cumulative, so no bucket counts less than the one before it.
      counts[i] = Math.max(value ?? 0, i === 0 ? 0 : counts[i - 1]);
    }
    if (!any) return undefined;
    if (outside !== undefined) return outside;
    if (bounds[bounds.length - 1] !== Infinity || bounds.length < 2) return NaN;
    const total = counts[counts.length - 1];
    if (!(total > 0)) return NaN;
    const rank = quantile * total;
    const bucket = counts.findIndex((count) => count >= rank);
    if (bucket === bounds.length - 1) return bounds[bucket - 1];
    const lower = bucket === 0 ? 0 : bounds[bucket - 1];
    const below = bucket === 0 ? 0 : counts[bucket - 1];
    return lower + ((bounds[bucket] - lower) * (rank - below)) / (counts[bucket] - below);
  };
}

/** histogram_quantile of a native histogram, whose buckets are in the order of their bounds; the last is of all requests. */
function compileNativeQuantile(
  { quantile, buckets }: Extract<QueryModel, { type: 'quantile' }>,
  spread: 'evenly' | 'exponentially',
): Value {
  const bounds = buckets.map(({ bound }) => bound);
  const values = buckets.map(({ of }) => compileModel(of));
  const growth = bounds[1] / bounds[0];
  const outside = ofNoQuantile(quantile);
  return (reading, now) => {
    const total = values[values.length - 1](reading, now);
    if (total === undefined) return undefined;
    if (outside !== undefined) return outside;
    if (!(total > 0)) return NaN;
    const rank = quantile * total;
    // Counts never decrease from one bound to the next.
    let [low, high] = [0, values.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[middle](reading, now) ?? 0) >= rank) high = middle;
      else low = middle + 1;
    }
    if (low === values.length - 1) return bounds[low - 1];
    const below = low === 0 ? 0 : (values[low - 1](reading, now) ?? 0);
    const part = (rank - below) / ((values[low](reading, now) ?? 0) - below);
    const lower = bounds[low] / growth;
    return spread === 'evenly' ? lower + (bounds[low] - lower) * part : lower * growth ** part;
  };
}

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
};
const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

function compileOperation(operator: string, bool: boolean, left: Value, right: Value): Value {
  if (operator === 'or') return (reading, now) => left(reading, now) ?? right(reading, now);
  if (operator === 'and') return (reading, now) => (right(reading, now) === undefined ? undefined : left(reading, now));
  if (operator === 'unless')
    return (reading, now) => (right(reading, now) === undefined ? left(reading, now) : undefined);
  const arithmetic = ARITHMETIC[operator];
  const compares = COMPARISONS[operator];
  return (reading, now) => {
    const a = left(reading, now);
    const b = right(reading, now);
    if (a === undefined || b === undefined) return undefined;
    if (arithmetic) return arithmetic(a, b);
    if (bool) return compares(a, b) ? 1 : 0;
    return compares(a, b) ? a : undefined;
  };
}
