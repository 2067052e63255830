import { prepareAssessment, stepVerdict, type MeasurementPhase } from '../../expr';
import type { MetricModel } from '../../controller';
import type { SeriesCatalogue } from './catalogue';
import { compileModel, type Reading } from './compile';
import { evaluateQuery, type EvaluatedQuery } from './evaluate';
import {
  leavesOf,
  looksElsewhere,
  QueryNotRecognised,
  reachOf,
  resourcesOf,
  type Leaf,
  type ResourceCell,
} from './query-model';
import { statedQueryModel } from './stated';

/** How a metric is measured in the simulation. */
export interface MetricReader {
  readonly measure: (reading: Reading, now: number) => MeasurementPhase;
  /** Whether the latest measurement found a series. */
  readonly noData: () => boolean;
  /** The value of the latest measurement. Undefined if there was no series. */
  readonly value: () => number | undefined;
  readonly leaves: readonly Leaf[];
  /** What it reads of containers. */
  readonly resources: readonly ResourceCell[];
  /** How far the query looks back, in seconds. */
  readonly reach: number;
  /** Whether it reads data outside its windows, with an offset or a subquery. */
  readonly looksElsewhere: boolean;
  /** Notes for the user, and assumptions. */
  readonly notes: readonly string[];
  /** Why selectors of the query never find a series, one sentence each. */
  readonly absent: readonly string[];
}

/** Statements about metrics, by name: `failures:5m` for a query that is not recognised, or a phase. */
export type Stated = Readonly<Record<string, string>>;

const PHASES: Record<string, MeasurementPhase> = {
  success: 'Successful',
  failure: 'Failed',
  inconclusive: 'Inconclusive',
  error: 'Error',
};

const isPhase = (text: string | undefined): text is keyof typeof PHASES =>
  text !== undefined && Object.hasOwn(PHASES, text);

/** Flagger's own metrics of a mesh or a router: measured by Prometheus, so traffic decides them. */
const BUILT_IN = /^built-in /;

/**
 * Compiles a metric for the simulation. Throws QueryNotRecognised, or UnsupportedExpression from its condition.
 *
 * @param metric with all arguments filled in
 * @param pods how many pods each version may have
 */
export function metricReaderOf(
  metric: MetricModel,
  stated: Stated,
  catalogue: SeriesCatalogue,
  pods: number,
  bounds: readonly number[],
): MetricReader {
  const given = stated[metric.name];
  if (isPhase(given)) return constantReader(PHASES[given], []);
  if (BUILT_IN.test(metric.provider) && given === undefined) {
    throw new QueryNotRecognised(
      metric.name,
      `it is Flagger's ${metric.provider} metric, which reads traffic in a way that the model does not know`,
    );
  }
  if (metric.provider !== 'prometheus' && given === undefined) {
    return constantReader('Successful', [assumedToSucceed(metric)]);
  }
  const { model, scalar, notes, absent } =
    given === undefined ? ofQuery(metric, catalogue, pods) : ofStatement(metric, given, bounds);
  const value = compileModel(model);
  const judge = judgeOf(metric, scalar);
  let latest: number | undefined;
  return {
    measure: (reading, now) => judge((latest = value(reading, now))),
    noData: () => latest === undefined || Number.isNaN(latest),
    value: () => latest,
    leaves: leavesOf(model),
    resources: resourcesOf(model),
    reach: reachOf(model),
    looksElsewhere: looksElsewhere(model),
    notes: notes.map((note) => `metric '${metric.name}': ${note}`),
    absent: [...new Set(absent)].map((why) => `metric '${metric.name}': ${why}`),
  };
}

/** The assumption about a metric of another provider than Prometheus. */
export const assumedToSucceed = ({ name, provider }: MetricModel): string =>
  `metric '${name}' is measured by ${provider || 'no provider'} and succeeds (--assume ${name}=… states another outcome)`;

function constantReader(phase: MeasurementPhase, notes: readonly string[]): MetricReader {
  return {
    measure: () => phase,
    noData: () => false,
    value: () => undefined,
    leaves: [],
    resources: [],
    reach: 0,
    looksElsewhere: false,
    notes,
    absent: [],
  };
}

function ofStatement(metric: MetricModel, given: string, bounds: readonly number[]) {
  const model = statedQueryModel(given, bounds);
  if (model === undefined) {
    throw new QueryNotRecognised(
      metric.query ?? '',
      `'${given}' is not a statement such as failures:5m, success-ratio:2m, p99:5m, success or failure`,
    );
  }
  return { model, scalar: false, notes: [`its query is stated to be ${given}`], absent: [] };
}

function ofQuery(
  metric: MetricModel,
  catalogue: SeriesCatalogue,
  pods: number,
): Pick<EvaluatedQuery, 'model' | 'scalar' | 'notes' | 'absent'> {
  if (metric.query === undefined) throw new QueryNotRecognised(`(metric ${metric.name})`, 'there is no query');
  if (metric.rangeQuery !== undefined) {
    throw new QueryNotRecognised(metric.query, 'a range query gives many values, which the simulation does not have');
  }
  const evaluated = evaluateQuery(metric.query, catalogue, pods);
  if (evaluated.several && !readsOnlyFirst(metric)) {
    throw new QueryNotRecognised(
      metric.query,
      "it gives two series where both operands of 'or' have one, because their labels differ, and the condition reads more than result[0]; use sum() inside",
    );
  }
  return evaluated;
}

/** Whether the conditions ask for nothing but the first series, and whether there is one. */
function readsOnlyFirst({ successCondition = '', failureCondition = '' }: MetricModel): boolean {
  return [successCondition, failureCondition].every(
    (condition) => !/\bresult\b/.test(condition.replace(/\bresult\[0\]|\blen\(result\)\s*(?:>|==|!=)\s*0\b/g, '')),
  );
}

/** The verdict on a value, compiled from the condition. */
function judgeOf(metric: MetricModel, scalar: boolean): (value: number | undefined) => MeasurementPhase {
  const assess = prepareAssessment(metric, 'prometheus', metric.engine);
  const empty = assess([]).phase;
  if (scalar) return (value) => (value === undefined ? assess(NaN).phase : assess(value).phase);
  const steps = stepVerdict(metric, metric.engine);
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
