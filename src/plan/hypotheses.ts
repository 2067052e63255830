import { assess, type MeasurementPhase, parseCondition, type ResultSource, UnsupportedExpression } from '../expr';
import { type BlueGreenStage, measuredMetrics, type MetricModel, type RolloutModel, type World } from '../controller';
import { memoizeByObject } from '../formats/memoize';
import { answerIn, type ShapeAnswer } from './query-shape';

/** Something that may be wrong with the world, and what each metric makes of it. */
export interface Hypothesis {
  readonly name:
    'every-failure' | 'fails-after-switch' | 'no-series' | 'nan' | 'plain-text' | 'refused' | 'unreachable';
  readonly title: string;
  readonly measure: World['measure'];
}

/** How long the controller waits for an answer, in seconds, unless the metric says otherwise. */
const DEFAULT_TIMEOUT = 30;
/** Providers whose answer without data is known. */
const WITHOUT_DATA: Readonly<Record<string, ResultSource | undefined>> = { prometheus: 'prometheus', datadog: 'json' };

/** What may happen to the analyses of a rollout. What cannot happen to any of its metrics is left out. */
export function hypotheses(rollout: RolloutModel): Hypothesis[] {
  return hypothesesOf(rollout).map((one): Hypothesis => {
    // Where no condition is looked at, an invalid one does not matter.
    if (one.name === 'plain-text') return one;
    const { measure } = one;
    return {
      ...one,
      measure: (run, metric, now) => {
        const measured = measure(run, metric, now);
        return isAlwaysError(metric) ? { ...measured, phase: 'Error' } : measured;
      },
    };
  });
}

function hypothesesOf(rollout: RolloutModel): Hypothesis[] {
  const all = measuredMetrics(rollout);
  const found: Hypothesis[] = [];
  if (all.some(canFail)) {
    found.push({
      name: 'every-failure',
      title: 'every measurement fails',
      measure: (_, metric) => ({ phase: canFail(metric) ? 'Failed' : 'Successful' }),
    });
  }
  const analysed = (wanted: BlueGreenStage): boolean =>
    rollout.steps.some(({ stage, analysis }) => stage === wanted && analysis?.metrics.some(canFail));
  if (analysed('pre-promotion') && analysed('post-promotion')) {
    found.push({
      name: 'fails-after-switch',
      title: 'every measurement after the switch fails',
      measure: ({ stepIndex }, metric) => {
        const after = stepIndex !== undefined && rollout.steps[stepIndex].stage === 'post-promotion';
        return { phase: after && canFail(metric) ? 'Failed' : 'Successful' };
      },
    });
  }
  if (all.some(canBeEmpty)) {
    found.push({
      name: 'no-series',
      title: 'the query finds no series (empty result)',
      measure: (_, metric) => ({ phase: emptyPhase(metric) ?? 'Successful' }),
    });
  }
  const idle = all.flatMap((metric) => (idlePhase(metric) === undefined ? [] : idleAnswer(metric)!));
  if (idle.length > 0) {
    found.push({
      name: 'nan',
      title: `traffic stops (${answerText(idle)})`,
      measure: (_, metric) => ({ phase: idlePhase(metric) ?? 'Successful' }),
    });
  }
  // Argo Rollouts (measured with 1.9.1 and 1.10.2) looks at no condition where the answer is not JSON.
  if (all.some((metric) => metric.provider === 'web' && canFail(metric))) {
    found.push({
      name: 'plain-text',
      title: 'a web metric is answered with plain text, not JSON',
      measure: () => ({ phase: 'Successful' }),
    });
  }
  if (all.some(isPrometheus)) {
    found.push(
      {
        name: 'refused',
        title: 'Prometheus refuses connections',
        measure: (_, metric) => (isPrometheus(metric) ? { phase: 'Error' } : { phase: 'Successful' }),
      },
      {
        name: 'unreachable',
        title: 'Prometheus cannot be reached (time-outs)',
        measure: (_, metric) =>
          isPrometheus(metric)
            ? { phase: 'Error', seconds: metric.timeout ?? DEFAULT_TIMEOUT }
            : { phase: 'Successful' },
      },
    );
  }
  return found;
}

const isPrometheus = ({ provider }: MetricModel): boolean => provider === 'prometheus';

/** Providers that say themselves how a measurement ends, by a Job's end, a score or a plugin, without a condition. */
const JUDGING_THEMSELVES = ['job', 'kayenta', 'plugin'];

/** Whether a measurement can fail: without a condition every answer of a query succeeds, as with `true`. */
export function canFail(metric: MetricModel): boolean {
  const { provider, successCondition = '', failureCondition = '' } = metric;
  if (JUDGING_THEMSELVES.includes(provider)) return true;
  if (successCondition === '' && failureCondition === '') return false;
  return /\bresult\b/.test(`${successCondition} ${failureCondition}`) || verdict(metric, [0]) === 'Failed';
}

/** Results of Prometheus, of each type that it has: if a condition is an error for all of them, it is for any. */
const RESULTS: readonly Parameters<typeof assess>[1][] = [[0], [1], [1, 1], [], 0, 1];

/** Whether a condition cannot be evaluated, whatever is measured: it is not valid, or its result is no truth value. */
export const isAlwaysError = memoizeByObject(
  ({ provider, successCondition, failureCondition, engine }: MetricModel): boolean => {
    const conditions = [successCondition, failureCondition].filter((one) => one !== undefined && one !== '');
    // An argument that is not known may be anything.
    if (JUDGING_THEMSELVES.includes(provider) || conditions.some((one) => one!.includes('{{'))) return false;
    if (conditions.some((one) => parseCondition(one!, engine).error !== undefined)) return true;
    if (provider !== 'prometheus' || conditions.length === 0) return false;
    try {
      return RESULTS.every(
        (result) => assess({ successCondition, failureCondition }, result, undefined, engine).phase === 'Error',
      );
    } catch (error) {
      if (error instanceof UnsupportedExpression) return false;
      throw error;
    }
  },
);

/** Whether a metric can find no data: a query that ends with `or vector(0)` always finds some. */
function canBeEmpty({ provider, query }: MetricModel): boolean {
  if (WITHOUT_DATA[provider] === undefined) return false;
  if (provider !== 'prometheus') return true;
  const values = answerIn('no-series', query)?.values;
  return values === undefined || (typeof values === 'object' && values.length === 0);
}

/** Whether a measurement can find no data: no series, or NaN while there is no traffic. */
export function canLackData(metric: MetricModel): boolean {
  if (canBeEmpty(metric)) return true;
  const idle = idleAnswer(metric)?.values;
  if (idle === undefined) return false;
  return typeof idle === 'number' ? Number.isNaN(idle) : idle.length === 0 || Number.isNaN(idle[0]);
}

/** The verdict where there is no series; undefined where the provider's answer then is not known. */
export function emptyPhase(metric: MetricModel): MeasurementPhase | undefined {
  const source = WITHOUT_DATA[metric.provider];
  if (source === undefined) return undefined;
  if (source !== 'prometheus') return verdict(metric, null, source);
  return verdict(metric, answerIn('no-series', metric.query)?.values ?? []);
}

/** What a query answers while counters do not grow. */
function idleAnswer(metric: MetricModel): ShapeAnswer | undefined {
  // A query without a range does not depend on traffic.
  if (!isPrometheus(metric) || !metric.query?.includes('[')) return undefined;
  return answerIn('no-growth', metric.query);
}

/** Numbers of series of a query that gives several: as many as a condition may tell apart by an index or a length. */
const NUMBERS_OF_SERIES = [1, 2, 3, 4, 10];

/** The verdict while counters do not grow. Undefined where the answer, or the number of series, is not known and decides. */
function idlePhase(metric: MetricModel): MeasurementPhase | undefined {
  const answer = idleAnswer(metric);
  if (answer === undefined) return undefined;
  const { values, several } = answer;
  if (!several || typeof values === 'number') return verdict(metric, values);
  const phases = new Set(NUMBERS_OF_SERIES.map((count) => verdict(metric, new Array<number>(count).fill(values[0]))));
  return phases.size === 1 ? [...phases][0] : undefined;
}

/** Metrics whose verdict without traffic depends on how many series there are: a sentence each. */
export function idleNotes(rollout: RolloutModel): string[] {
  const found = measuredMetrics(rollout).filter(
    (metric) => idleAnswer(metric)?.several && idlePhase(metric) === undefined,
  );
  return [...new Set(found.map(({ name }) => name))].map(
    (name) =>
      `'${name}' where traffic stops: its query may give several series, and its condition decides by their number; let the query give one (sum), or the condition look at each (all)`,
  );
}

function answerText(answers: readonly ShapeAnswer[]): string {
  const texts = answers.map(({ values }) => {
    const [value] = typeof values === 'number' ? [values] : values;
    return value === undefined ? 'the query finds nothing' : `the query gives ${value}`;
  });
  return [...new Set(texts)].join(', ');
}

/** A verdict on a result; what cannot be judged counts as an error, which is what it most likely is. */
function verdict(
  metric: MetricModel,
  result: readonly number[] | number | null,
  source?: ResultSource,
): MeasurementPhase {
  try {
    return assess(metric, result as Parameters<typeof assess>[1], source, metric.engine).phase;
  } catch {
    return 'Error';
  }
}
