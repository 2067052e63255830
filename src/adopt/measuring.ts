import { Duration } from 'cdk8s';
import { writeDuration } from '../formats/duration';
import { readPromqlDuration } from '../promql';
import { ReadCheck } from './checks';
import { defined } from './container';
import { Json } from './manifests';
import { RolloutFacts, mergedRequests, requestsOption } from './requests';

/** The checks of an app, as they were read. */
export interface AppChecks {
  readonly checks?: readonly ReadCheck[];
  readonly backgroundChecks?: readonly ReadCheck[];
  readonly rollout: RolloutFacts;
  /** Where requests are counted unless something is said: an application's own metrics, by Service. */
  readonly usualRequests?: Json;
  /** How often the pods are scraped. */
  readonly scrapeInterval?: string;
}

/** A check's value of an option, and its default. */
interface Stated {
  readonly is: (value: Json) => boolean;
  readonly usual: Json;
  /** Undefined where nothing is written, which no check can say once the analysis says something. */
  readonly value: Json;
}

/**
 * `checks`, `backgroundChecks` and `measuring`. What several checks share is said once, in `measuring`, where that saves
 * words; the rest is said by each check.
 */
export function checkOptions(app: AppChecks): Json {
  const { checks = [], backgroundChecks = [], rollout, usualRequests } = app;
  const all = [
    ...checks.map((check) => ({ check, endless: false })),
    ...backgroundChecks.map((check) => ({ check, endless: true })),
  ];
  const scrapeInterval = neededScrapes(
    all.map(({ check }) => check),
    app.scrapeInterval,
  );
  const slot = times(4, scrapeInterval ?? app.scrapeInterval ?? '30s');
  const requests = all.flatMap(({ check }) => (check.requests ? [check] : []));
  // Some count failures, others durations.
  const merged = mergedRequests(requests.map((check) => check.requests!));
  const shared = {
    requests: share(
      requests.map((check) => ({
        is: check.asksTheSame,
        usual: usualRequests,
        value: requestsOption(check.requests!, rollout),
      })),
      merged && [requestsOption(merged, rollout)],
    ),
    window: share(all.flatMap(({ check }) => windowStated(check))),
    noData: share(all.map(({ check }) => plainly(check.noData, 'pause'))),
    ...Object.fromEntries(
      PLAIN.map((option) => [option, share(all.map((one) => plainly(one.check.metric[option], usual(option, one))))]),
    ),
    consecutiveErrorLimit: all[0]?.check.metric.consecutiveErrorLimit,
  } as Json;
  const written = (one: (typeof all)[number]) => {
    const { kind, own, metric, noData } = one.check;
    const where = one.check.requests && !one.check.asksTheSame(shared.requests ?? usualRequests);
    const plain = PLAIN.map((option) => {
      const value = metric[option];
      return [option, value === (shared[option] ?? usual(option, one)) ? undefined : value];
    });
    const options = defined({
      ...own,
      slot: own.slot === slot ? undefined : own.slot,
      requests: where ? (requestsOption(one.check.requests!, rollout) ?? 'application') : undefined,
      ...timing(one.check, shared.window ?? DEFAULT_WINDOW),
      noData: noData === (shared.noData ?? 'pause') ? undefined : noData,
      ...Object.fromEntries(plain),
    });
    return options ? { [kind]: options } : kind;
  };
  const list = (endless: boolean) => all.filter((one) => one.endless === endless).map(written);
  return defined({
    checks: app.checks && list(false),
    backgroundChecks: app.backgroundChecks && list(true),
    measuring: defined({ ...shared, scrapeInterval }),
  });
}

const DEFAULT_WINDOW = '5m';
const PLAIN = ['interval', 'count', 'failureLimit', 'inconclusiveLimit'] as const;

/** What a metric has of these where neither the check nor the analysis says anything. */
function usual(option: (typeof PLAIN)[number], { check, endless }: { check: ReadCheck; endless: boolean }): Json {
  if (option === 'count') return endless ? undefined : 1;
  return option === 'interval' && (endless || (check.metric.count ?? 1) > 1) ? '1m' : undefined;
}

const plainly = (value: Json, usualValue: Json): Stated => ({ is: (one) => one === value, usual: usualValue, value });

/** A query without a window has the analysis's for its first look. */
function windowStated({ window, delay, firstLook }: ReadCheck): Stated[] {
  if (firstLook !== undefined) return [];
  return [plainly(window ?? delay, DEFAULT_WINDOW)];
}

function timing({ window, delay, firstLook }: ReadCheck, shared: string): Json {
  const looked = window ?? shared;
  return {
    ...(window === undefined || window === shared ? {} : { window }),
    initialDelay: delay === (firstLook ?? looked) ? undefined : delay,
  };
}

/** What the analysis should say, so that the fewest checks have to say something else. Nothing where that is as short. */
function share(all: readonly Stated[], first: readonly Json[] = []): Json {
  const statements = (said: Json) => {
    const others = all.filter(({ is, usual: otherwise }) => !is(said ?? otherwise));
    const unsayable = said !== undefined && others.some(({ value }) => value === undefined);
    return unsayable ? Infinity : others.length + (said === undefined ? 0 : 1);
  };
  const values = [undefined, ...first, ...all.map(({ value }) => value)].filter((value) => value !== '0s');
  return values.reduce((best, value) => (statements(value) < statements(best) ? value : best));
}

/** Windows shorter than four of the usual scrapes are refused, unless it is said how often Prometheus scrapes. */
function neededScrapes(checks: readonly ReadCheck[], known = '30s'): string | undefined {
  const windows = checks.flatMap(({ window, own }) => [window, own.shortWindow, own.slot].flatMap((one) => one ?? []));
  const least = Math.min(...windows.map((text: string) => readPromqlDuration(text) ?? Infinity));
  return least < 4 * (readPromqlDuration(known) ?? 0) ? writeDuration(Duration.millis(least * 250)) : undefined;
}

function times(factor: number, text: string): string {
  return writeDuration(Duration.millis(Math.round((readPromqlDuration(text) ?? 0) * 1000 * factor)));
}
