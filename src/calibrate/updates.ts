import { metricPhase } from '../controller';
import { looksBack } from '../traffic-model';
import { endOfRun, measurementsOf, type Measurement } from './measurements';
import { attempt, type MetricsSource, QueryFailed } from './source';
import { stableText, type StableQuery, type StableSelector } from './stable-query';
import type { Check, Subject } from './subject';
import type { Tie, Ties } from './ties';

/** A check in the updates that were replayed. */
export interface ReplayedCheck {
  readonly metric: string;
  readonly place: string;
  /** Updates that it would have aborted, and those that it would have paused. */
  readonly aborted: number;
  readonly paused: number;
  /** Why it is left out. */
  readonly notReplayed?: string;
}

/** How often a rollout would have been stopped if it had begun at any moment of a history of the stable version. */
export interface UpdatesReport {
  /** The first and the last beginning. */
  readonly from: Date;
  readonly to: Date;
  /** Seconds between two beginnings. */
  readonly every: number;
  readonly updates: number;
  readonly aborted: number;
  readonly paused: number;
  readonly checks: readonly ReplayedCheck[];
  /** Stretches of beginnings that were all stopped, the longest first. */
  readonly stopped: readonly { readonly from: Date; readonly to: Date; readonly updates: number }[];
}

/** The history that updates are replayed over: milliseconds since 1970, and seconds between two beginnings. */
export interface UpdatesRange {
  readonly start: number;
  readonly end: number;
  readonly every: number;
}

const LEAST_EVERY = 10;
const MOST_UPDATES = 20_000;
const MOST_STRETCHES = 3;

type Readable = Check & { readonly query: StableQuery };
type Ending = ReturnType<typeof metricPhase>;

/**
 * Begins the rollout again and again over a history in which nothing was wrong, and counts the updates that its checks would
 * have stopped all together. Each measurement is taken at its time in the plan, of the stable version. Throws QueryFailed
 * where there is nothing to replay.
 */
export async function replayUpdates(
  { checks }: Subject,
  ties: Ties,
  source: MetricsSource,
  range: UpdatesRange,
): Promise<UpdatesReport> {
  const judging = checks.filter(({ metric }) => !metric.dryRun);
  const readable = judging.filter((check): check is Readable => check.query !== undefined && check.at.length > 0);
  const longest = Math.max(0, ...readable.flatMap(({ at }) => at));
  const window = Math.max(0, ...readable.map(({ query }) => looksBack(query.query)));
  const seconds = (range.end - range.start) / 1000 - window - longest;
  if (readable.length === 0) throw new QueryFailed('no check of the rollout can be replayed');
  if (seconds < 0) throw new QueryFailed('the history is shorter than the rollout with the windows of its queries');
  const every = Math.max(LEAST_EVERY, Math.round(range.every), Math.ceil(seconds / MOST_UPDATES));
  const grid = every * 1000;
  const first = Math.ceil((range.start + window * 1000) / grid) * grid;
  const count = Math.floor((range.end - longest * 1000 - first) / grid) + 1;
  if (count < 1) throw new QueryFailed('the history is shorter than the rollout with the windows of its queries');
  const starts = Array.from({ length: count }, (_, i) => first + i * grid);
  const worst = starts.map((): Ending => 'Running');
  const found: ReplayedCheck[] = [];
  for (const check of judging) {
    const head = { metric: check.metric.name, place: check.place, aborted: 0, paused: 0 };
    const tried = await attempt(() => endingsOf(check, ties, source, starts, every));
    if ('failed' in tried) {
      found.push({ ...head, notReplayed: tried.failed });
      continue;
    }
    const endings = tried.value;
    endings.forEach((ending, i) => {
      if (stops(ending) || (ending === 'Inconclusive' && !stops(worst[i]))) worst[i] = ending;
    });
    const paused = endings.filter((ending) => ending === 'Inconclusive').length;
    found.push({ ...head, aborted: endings.filter(stops).length, paused });
  }
  if (found.every(({ notReplayed }) => notReplayed !== undefined)) {
    throw new QueryFailed(`no check can be replayed: ${found[0].notReplayed}`);
  }
  return {
    from: new Date(first),
    to: new Date(starts[count - 1]),
    every,
    updates: count,
    aborted: worst.filter(stops).length,
    paused: worst.filter((ending) => ending === 'Inconclusive').length,
    checks: found,
    stopped: stretchesOf(starts, worst),
  };
}

const stops = (ending: Ending): boolean => ending === 'Failed' || ending === 'Error';

/** How one check ends in the update of each beginning. */
async function endingsOf(
  check: Check,
  ties: Ties,
  source: MetricsSource,
  starts: readonly number[],
  every: number,
): Promise<Ending[]> {
  const { query, metric, share, at, unread } = check;
  if (query === undefined) throw new QueryFailed(unread ?? 'it has no query');
  if (at.length === 0) throw new QueryFailed('the plan has no measurement of it');
  const tied = new Map<StableSelector, Tie>();
  for (const selector of query.selectors) {
    const tie = await ties.of(selector);
    if (tie.problem !== undefined) throw new QueryFailed(tie.problem);
    tied.set(selector, tie);
  }
  const canary = Number(share.toFixed(4));
  const shares = { canary, stable: Number((1 - canary).toFixed(4)) || 1, both: 1 };
  const text = stableText(query, (selector) => tied.get(selector)?.matchers ?? [], shares);
  const measured = new Map<number, Measurement>();
  // Moments that lie a multiple of the step apart are one query.
  for (const offset of new Set(at.map((one) => one % every))) {
    const own = at.filter((one) => one % every === offset);
    const start = starts[0] + Math.min(...own) * 1000;
    const end = starts[starts.length - 1] + Math.max(...own) * 1000;
    const range = { start, end, step: every };
    for (const one of await measurementsOf({ metric, query }, text, source, range)) measured.set(one.at, one);
  }
  return starts.map((start) =>
    endOfRun(
      metric,
      at.flatMap((offset) => measured.get(start + offset * 1000) ?? []),
    ),
  );
}

function stretchesOf(starts: readonly number[], endings: readonly Ending[]): UpdatesReport['stopped'] {
  const found: { from: Date; to: Date; updates: number }[] = [];
  let before = false;
  endings.forEach((ending, i) => {
    const stopped = ending !== 'Running' && ending !== 'Successful';
    const last = found[found.length - 1];
    if (stopped && before) {
      last.to = new Date(starts[i]);
      last.updates++;
    } else if (stopped) {
      found.push({ from: new Date(starts[i]), to: new Date(starts[i]), updates: 1 });
    }
    before = stopped;
  });
  return found.sort((a, b) => b.updates - a.updates).slice(0, MOST_STRETCHES);
}
