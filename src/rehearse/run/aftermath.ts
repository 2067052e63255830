import type { MetricModel } from '../../controller';
import { lengthOfTime } from '../../formats/go-duration';
import { looksBack } from '../../traffic-model';
import type { PrometheusApi } from '../prometheus';
import { measure } from './measure';

/** A measurement of an update that did not pass, with the query as it was asked. Seconds from the beginning. */
export interface Failure {
  readonly metric: MetricModel;
  readonly at: number;
}

/**
 * The course of a failure in the recording, after the measurement that found it: it went away, stayed, or came and went;
 * `unknown` where the canary had no more requests.
 */
export type Persistence = 'transient' | 'lasting' | 'recurrent' | 'unknown';

/** A metric that did not pass in a replay, and what its query says of the time after that. */
export interface Aftermath {
  readonly metric: string;
  readonly persistence: Persistence;
  /** The first measurement that did not pass, in seconds from the beginning of the update. */
  readonly from: number;
  /** The first measurement that passed again. */
  readonly passesFrom?: number;
  /** Up to when the canary had requests; undefined: not known. */
  readonly until?: number;
  /** Measurements after the first failure, and those among them that did not pass either. */
  readonly later: number;
  readonly failed: number;
}

const DEFAULT_STEP = 60;
const MOST_MEASUREMENTS = 300;

/**
 * Goes on measuring what failed, up to the end of the canary's requests in the recording, as if nothing had stopped the
 * update.
 *
 * @param epoch what second 0 is, in milliseconds since 1970
 * @param until when the canary's counters grew last
 */
export async function aftermathOf(
  { metric, at }: Failure,
  api: PrometheusApi,
  epoch: number,
  until: number | undefined,
): Promise<Aftermath> {
  const head = { metric: metric.name, from: at, until };
  const window = looksBack(metric.query ?? '');
  const rest = (until ?? at) - at;
  const step = Math.max(metric.interval ?? DEFAULT_STEP, Math.ceil(rest / MOST_MEASUREMENTS));
  const passed: { readonly at: number; readonly passes: boolean }[] = [];
  for (let now = at + step; now <= at + rest; now += step) {
    const { phase, answer } = await measure(metric, api, epoch + now * 1000);
    // No data says nothing of the failure.
    if (phase === 'Error' || answer?.series.length === 0) continue;
    passed.push({ at: now, passes: phase === 'Successful' });
  }
  const failed = passed.filter(({ passes }) => !passes).length;
  const first = passed.find(({ passes }) => passes);
  const counts = { later: passed.length, failed, ...(first ? { passesFrom: first.at } : {}) };
  // Until the window has left it behind, a failure is still seen that is over.
  if (passed.length === 0 || (first === undefined && rest < window + step)) {
    return { ...head, ...counts, persistence: 'unknown' };
  }
  if (first === undefined) return { ...head, ...counts, persistence: 'lasting' };
  const again = passed.some(({ at: now, passes }) => now > first.at && !passes);
  return { ...head, ...counts, persistence: again ? 'recurrent' : 'transient' };
}

/** The aftermath in one sentence. */
export function aftermathText({ metric, persistence, from, passesFrom, until, later, failed }: Aftermath): string {
  const begins = `'${metric}' does not pass at ${lengthOfTime(from)}`;
  const end = until === undefined ? '' : ` (the canary has requests until ${lengthOfTime(until)})`;
  switch (persistence) {
    case 'transient':
      return `${begins} and passes from ${lengthOfTime(passesFrom!)} on: a transient that went away${end}; a failureLimit or a later measurement would let it pass`;
    case 'lasting':
      return `${begins}, nor at any of the ${later} measurements after that: a regression that stayed${end}`;
    case 'recurrent':
      return `${begins}, passes at ${lengthOfTime(passesFrom!)} and fails again: ${failed} of the ${later} measurements after the first do not pass${end}`;
    case 'unknown':
      return `${begins}; whether that went away is not known, as the recording has too few requests to the canary after it${end}`;
  }
}
