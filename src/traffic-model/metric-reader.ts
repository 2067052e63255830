import { prepareAssessment, stepVerdict, type MeasurementPhase } from '../expr';
import type { MetricModel } from '../controller';
import type { Reading } from './scraped-counters';
import {
  isOfEachPod,
  leavesOf,
  queryModelOf,
  statedQueryModel,
  QueryNotRecognised,
  type Leaf,
  type QueryModel,
  type QuantileLeaf,
} from './query-model';

/** How a metric is measured in the simulation. */
export interface MetricReader {
  readonly measure: (counters: Reading, now: number) => MeasurementPhase;
  /** Whether the query found anything, of the latest measurement. */
  readonly noData: () => boolean;
  readonly leaves: readonly (Leaf | QuantileLeaf)[];
  /** Seconds. */
  readonly longestWindow: number;
  readonly needsStable: boolean;
  readonly needsLatency: boolean;
  readonly needsFailures: boolean;
}

/** Statements about metrics whose queries are not recognised, by name: `failures:5m`, or a phase. */
export type Stated = Readonly<Record<string, string>>;

const PHASES: Record<string, MeasurementPhase> = {
  success: 'Successful',
  failure: 'Failed',
  inconclusive: 'Inconclusive',
  error: 'Error',
};

/** Makes a metric measurable. Throws QueryNotRecognised, or UnsupportedExpression from its condition. */
export function metricReaderOf(
  metric: MetricModel,
  stated: Stated,
  services?: { canary?: string; stable?: string },
  replicas = 1,
): MetricReader {
  const given = stated[metric.name];
  if (given !== undefined && given in PHASES) {
    const phase = PHASES[given];
    return {
      measure: () => phase,
      noData: () => false,
      leaves: [],
      longestWindow: 0,
      needsStable: false,
      needsLatency: false,
      needsFailures: false,
    };
  }
  const meaning = given === undefined ? ofQuery(metric, services, replicas) : statedQueryModel(given);
  if (meaning === undefined) {
    throw new QueryNotRecognised(
      metric.query ?? '',
      `'${given}' is not a statement such as failures:5m, success-ratio:2m, p99:5m, success or failure`,
    );
  }
  const leaves = leavesOf(meaning);
  const value = compileModel(meaning);
  const judge = judgeOf(metric, meaning.type === 'function' && meaning.name === 'scalar');
  let empty = false;
  return {
    measure: (counters, now) => {
      const measured = value(counters, now);
      empty = measured === undefined || Number.isNaN(measured);
      return judge(measured);
    },
    noData: () => empty,
    leaves,
    longestWindow: Math.max(0, ...leaves.map(({ window }) => window)),
    needsStable: leaves.some(({ scope }) => scope !== 'canary'),
    needsLatency: leaves.some((leaf) => 'quantile' in leaf || leaf.kind === 'seconds' || typeof leaf.kind === 'object'),
    needsFailures: leaves.some((leaf) => 'kind' in leaf && leaf.kind === 'failed' && leaf.scope !== 'stable'),
  };
}

function ofQuery(
  metric: MetricModel,
  services: { canary?: string; stable?: string } | undefined,
  replicas: number,
): QueryModel {
  if (metric.provider !== 'prometheus' || metric.query === undefined) {
    throw new QueryNotRecognised(
      metric.query ?? `(metric ${metric.name})`,
      `a ${metric.provider} metric cannot be simulated from traffic; state what it is, such as ${metric.name}=success`,
    );
  }
  const meaning = queryModelOf(metric.query, services);
  if (replicas > 1 && isOfEachPod(metric.query)) {
    throw new QueryNotRecognised(
      metric.query,
      `without sum() it gives a series for each of ${replicas} pods, and a condition on result[0] sees any one of them`,
    );
  }
  return meaning;
}

/** The verdict on a value, as fast as the condition allows. */
function judgeOf(metric: MetricModel, scalar: boolean): (value: number | undefined) => MeasurementPhase {
  const assess = prepareAssessment(metric);
  const empty = assess([]).phase;
  if (scalar) return (value) => (value === undefined ? assess(NaN).phase : assess(value).phase);
  const steps = stepVerdict(metric);
  const nan = assess([NaN]).phase;
  if (steps === undefined) return (value) => (value === undefined ? empty : assess([value]).phase);
  const { thresholds, at, between } = steps;
  return (value) => {
    if (value === undefined) return empty;
    if (Number.isNaN(value)) return nan;
    if (value === Infinity || value === -Infinity) return assess([value]).phase;
    for (let i = 0; i < thresholds.length; i++) {
      if (value < thresholds[i]) return between[i];
      if (value === thresholds[i]) return at[i];
    }
    return between[thresholds.length];
  };
}

type Value = (counters: Reading, now: number) => number | undefined;

function compileModel(meaning: QueryModel): Value {
  switch (meaning.type) {
    case 'number': {
      const { value } = meaning;
      return () => value;
    }
    case 'leaf': {
      const { leaf } = meaning;
      return (counters, now) => counters.leaf(leaf, now);
    }
    case 'quantile': {
      const { leaf } = meaning;
      return (counters, now) => counters.quantile(leaf, now);
    }
    case 'function':
      return compileFunction(meaning.name, compileModel(meaning.of), meaning.by);
    case 'operation':
      if (isRatioOfRates(meaning))
        return compileModel({ ...meaning, left: grown(meaning.left), right: grown(meaning.right) });
      return compileOperation(meaning.operator, meaning.bool, compileModel(meaning.left), compileModel(meaning.right));
  }
}

/**
 * A quotient of rates over one window is the quotient of what was counted in it: without two divisions whose rounding
 * would decide where a value lies exactly on a threshold.
 */
function isRatioOfRates({ operator, left, right }: Extract<QueryModel, { type: 'operation' }>): boolean {
  const sides = [left, right].map(rateOf);
  return operator === '/' && sides[0] !== undefined && sides[0] === sides[1];
}

/** The window of a rate, also of one that is 0 where it is missing. */
function rateOf(meaning: QueryModel): number | undefined {
  if (meaning.type === 'leaf') return meaning.leaf.over === 'rate' ? meaning.leaf.window : undefined;
  const zero = meaning.type === 'operation' && meaning.operator === 'or' && isZero(meaning.right);
  return zero ? rateOf(meaning.left) : undefined;
}

function isZero(meaning: QueryModel): boolean {
  if (meaning.type === 'function') return meaning.name === 'vector' && isZero(meaning.of);
  return meaning.type === 'number' && meaning.value === 0;
}

function grown(meaning: QueryModel): QueryModel {
  if (meaning.type === 'leaf') return { type: 'leaf', leaf: { ...meaning.leaf, over: 'increase' } };
  return meaning.type === 'operation' ? { ...meaning, left: grown(meaning.left) } : meaning;
}

function compileFunction(name: string, of: Value, by: number | undefined): Value {
  const onValue = (change: (value: number) => number): Value => {
    return (counters, now) => {
      const value = of(counters, now);
      return value === undefined ? undefined : change(value);
    };
  };
  switch (name) {
    case 'scalar':
      return (counters, now) => of(counters, now) ?? NaN;
    case 'abs':
      return onValue(Math.abs);
    case 'ceil':
      return onValue(Math.ceil);
    case 'floor':
      return onValue(Math.floor);
    case 'round':
      return onValue((value) => Math.round(value / (by ?? 1)) * (by ?? 1));
    case 'clamp_min':
      return onValue((value) => Math.max(value, by!));
    case 'clamp_max':
      return onValue((value) => Math.min(value, by!));
    default:
      return of;
  }
}

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
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
  if (operator === 'or') return (counters, now) => left(counters, now) ?? right(counters, now);
  if (operator === 'and')
    return (counters, now) => (right(counters, now) === undefined ? undefined : left(counters, now));
  if (operator === 'unless')
    return (counters, now) => (right(counters, now) === undefined ? left(counters, now) : undefined);
  const arithmetic = ARITHMETIC[operator];
  const compares = COMPARISONS[operator];
  return (counters, now) => {
    const a = left(counters, now);
    const b = right(counters, now);
    if (a === undefined || b === undefined) return undefined;
    if (arithmetic) return arithmetic(a, b);
    if (bool) return compares(a, b) ? 1 : 0;
    return compares(a, b) ? a : undefined;
  };
}
