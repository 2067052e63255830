import { metricPhase, record } from '../controller';
import { lengthOfTime } from '../formats/go-duration';
import { looksBack } from '../traffic-model';
import { type MeasurementPhase, prepareAssessment, UnsupportedExpression } from '../expr';
import type { Episode, ReplayReport } from './result';
import { type MetricsSource, QueryFailed } from './source';
import { stableText, type StableQuery, type StableSelector } from './stable-query';
import type { Check } from './subject';
import type { Tie } from './ties';

/** What a replay goes through. */
export interface ReplayRange {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** Before this there are no samples: a query has its whole window only after it. */
  readonly historyStart: number;
  /** Seconds between two measurements, in place of the metric's interval. */
  readonly step?: number;
}

/** A metric without an interval is measured so often, in seconds: one run begins at each. */
const DEFAULT_STEP = 300;
const LEAST_STEP = 10;
/** Measurements of one metric: the step grows where the range has more. */
const MOST_MEASUREMENTS = 20_000;
const MOST_EPISODES = 3;

interface Measurement {
  readonly at: number;
  readonly phase: MeasurementPhase;
  readonly value: number | undefined;
}

/**
 * Measures a metric for the stable version all through a range, and counts the runs that would have stopped the rollout:
 * one run begins at each measurement. Throws QueryFailed where there is no answer, or the condition cannot be judged.
 *
 * @param ties what ties each selector to the rollout
 */
export async function replay(
  check: Check & { readonly query: StableQuery },
  ties: ReadonlyMap<StableSelector, Tie>,
  source: MetricsSource,
  range: ReplayRange,
): Promise<ReplayReport> {
  const { metric, measurements: planned, share } = check;
  const canary = Number(share.toFixed(4));
  const shares = { canary, stable: Number((1 - canary).toFixed(4)) || 1, both: 1 };
  const query = stableText(check.query, (selector) => ties.get(selector)?.matchers ?? [], shares);
  const interval = range.step ?? metric.interval ?? DEFAULT_STEP;
  const window = looksBack(query);
  const start = Math.max(range.start, range.historyStart + window * 1000);
  if (start > range.end) {
    const history = lengthOfTime(Math.max(0, Math.round((range.end - range.historyStart) / 1000)));
    throw new QueryFailed(`its window of ${lengthOfTime(window)} is longer than the history of ${history}`);
  }
  const seconds = (range.end - start) / 1000;
  const step = Math.max(LEAST_STEP, interval, Math.ceil(seconds / MOST_MEASUREMENTS));
  const found = await measurementsOf(check, query, source, { start, end: range.end, step });
  if (found.length === 0) throw new QueryFailed('there is no history to replay it over');
  const length = planned ?? 1;
  // Of a range that is measured more seldom than the metric, a run takes the measurements that there are.
  const stride = metric.interval !== undefined && step < metric.interval ? Math.round(metric.interval / step) : 1;
  let [runs, stopped, paused] = [0, 0, 0];
  for (let first = 0; first + (length - 1) * stride < found.length; first++) {
    runs++;
    const ended = runFrom(check, found, first, length, stride);
    if (ended === 'Failed' || ended === 'Error') stopped++;
    if (ended === 'Inconclusive') paused++;
  }
  const count = (phase: MeasurementPhase): number => found.filter((one) => one.phase === phase).length;
  return {
    query,
    from: new Date(found[0].at),
    to: new Date(found[found.length - 1].at),
    step,
    measurements: found.length,
    failed: count('Failed'),
    inconclusive: count('Inconclusive'),
    errors: count('Error'),
    runs,
    measurementsInRun: length,
    stopped,
    paused,
    episodes: episodesOf(found),
  };
}

async function measurementsOf(
  { metric, query: { type } }: Check & { readonly query: StableQuery },
  query: string,
  source: MetricsSource,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): Promise<Measurement[]> {
  const grid = step * 1000;
  const from = Math.ceil(start / grid) * grid;
  if (from > end) return [];
  const series = await source.queryRange(query, { start: from, end, step });
  const values = new Map<number, number[]>();
  for (const { samples } of series) {
    for (const { at, value } of samples) {
      const there = values.get(at);
      if (there === undefined) values.set(at, [value]);
      else there.push(value);
    }
  }
  const assessment = prepareAssessment(metric);
  const found: Measurement[] = [];
  try {
    for (let at = from; at <= end; at += grid) {
      const result = values.get(at) ?? [];
      // A range query makes a series of a scalar, which a condition takes for a number.
      const { phase } = assessment(type === 'scalar' ? result[0] : result);
      found.push({ at, phase, value: result[0] });
    }
  } catch (error) {
    if (error instanceof UnsupportedExpression)
      throw new QueryFailed(`its condition cannot be judged: ${error.message}`);
    throw error;
  }
  return found;
}

/** How a run ends that begins with a measurement. */
function runFrom(
  { metric }: Check,
  found: readonly Measurement[],
  first: number,
  length: number,
  stride: number,
): ReturnType<typeof metricPhase> {
  let result: Parameters<typeof record>[0];
  for (let i = 0; i < length; i++) {
    const { phase, at } = found[first + i * stride];
    // An error is measured again every ten seconds: within one step of the replay it is taken to last.
    const times = phase === 'Error' ? metric.consecutiveErrorLimit + 1 : 1;
    for (let again = 0; again < times; again++) result = record(result, phase, at / 1000);
    const now = metricPhase(metric, result!, false);
    if (now !== 'Running') return now;
  }
  return 'Running';
}

function episodesOf(found: readonly Measurement[]): Episode[] {
  const episodes: Episode[] = [];
  let before: MeasurementPhase = 'Successful';
  for (const { at, phase, value } of found) {
    const last = episodes[episodes.length - 1];
    if (phase !== 'Successful' && phase === before) {
      const worst = Math.abs(value ?? 0) > Math.abs(last.value ?? 0) ? value : last.value;
      episodes[episodes.length - 1] = { ...last, to: new Date(at), measurements: last.measurements + 1, value: worst };
    } else if (phase !== 'Successful') {
      episodes.push({ from: new Date(at), to: new Date(at), measurements: 1, value, phase });
    }
    before = phase;
  }
  return episodes.sort((a, b) => b.measurements - a.measurements).slice(0, MOST_EPISODES);
}
