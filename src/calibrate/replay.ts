import { lengthOfTime } from '../formats/go-duration';
import { looksBack } from '../traffic-model';
import type { MeasurementPhase } from '../expr';
import { endOfRun, measurementsOf, type Measurement } from './measurements';
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
  const grid = step * 1000;
  const aligned = { start: Math.ceil(start / grid) * grid, end: range.end, step };
  const found = await measurementsOf(check, query, source, aligned);
  if (found.length === 0) throw new QueryFailed('there is no history to replay it over');
  const length = planned ?? 1;
  // Of a range that is measured more seldom than the metric, a run takes the measurements that there are.
  const stride = metric.interval !== undefined && step < metric.interval ? Math.round(metric.interval / step) : 1;
  let [runs, stopped, paused] = [0, 0, 0];
  for (let first = 0; first + (length - 1) * stride < found.length; first++) {
    runs++;
    const run = Array.from({ length }, (_, i) => found[first + i * stride]);
    const ended = endOfRun(check.metric, run);
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
