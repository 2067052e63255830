import { Duration } from 'cdk8s';
import { writeDuration } from '../formats/duration';
import { readPromqlDuration } from '../promql';
import { ReadCheck } from './checks';
import { RolloutFacts, mergedRequests, requestsOption } from './requests';
import { defined, type Options } from './values';

/** The checks of an app, read from its templates. */
export interface AppChecks {
  readonly checks?: readonly ReadCheck[];
  readonly backgroundChecks?: readonly ReadCheck[];
  readonly rollout: RolloutFacts;
  /** Where requests are counted by default: the application's own metrics, isolated by Service. */
  readonly usualRequests?: Options;
  /** How often the pods are scraped. */
  readonly scrapeInterval?: string;
}

/** A check's value of an option, and its default. */
interface Stated {
  readonly is: (value: unknown) => boolean;
  readonly usual: unknown;
  /** Undefined if the metric has none. A check cannot state that once `measuring` states a value. */
  readonly value: unknown;
}

/**
 * `checks`, `backgroundChecks` and `measuring`. Values that several checks share are stated once, in `measuring`, if that
 * makes the spec shorter; each check states the rest.
 */
export function checkOptions(app: AppChecks): Options | undefined {
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
  // Some checks count failures, others durations.
  const merged = mergedRequests(requests.map((check) => check.requests!));
  const shared: Options = {
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
      PLAIN.map((option) => [
        option,
        share(all.map((one) => plainly(one.check.metric.get(option).value, usual(option, one)))),
      ]),
    ),
    consecutiveErrorLimit: all[0]?.check.metric.get('consecutiveErrorLimit').value,
  };
  const written = (one: (typeof all)[number]) => {
    const { kind, own, metric, noData } = one.check;
    const where = one.check.requests && !one.check.asksTheSame(shared.requests ?? usualRequests);
    const plain = PLAIN.map((option) => {
      const { value } = metric.get(option);
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

/** The value that a metric has if neither the check nor `measuring` states one. */
function usual(option: (typeof PLAIN)[number], { check, endless }: { check: ReadCheck; endless: boolean }): unknown {
  if (option === 'count') return endless ? undefined : 1;
  return option === 'interval' && (endless || (check.metric.get('count').number ?? 1) > 1) ? '1m' : undefined;
}

const plainly = (value: unknown, usualValue: unknown): Stated => ({
  is: (one) => one === value,
  usual: usualValue,
  value,
});

/** The first measurement of a query without a window is after the window of `measuring`. */
function windowStated({ window, delay, firstLook }: ReadCheck): Stated[] {
  if (firstLook !== undefined) return [];
  return [plainly(window ?? delay, DEFAULT_WINDOW)];
}

function timing({ window, delay, firstLook }: ReadCheck, shared: unknown): Options {
  const looked = window ?? shared;
  return {
    ...(window === undefined || window === shared ? {} : { window }),
    initialDelay: delay === (firstLook ?? looked) ? undefined : delay,
  };
}

/** The value for `measuring` with which the fewest checks state another. Undefined if stating none is as short. */
function share(all: readonly Stated[], first: readonly unknown[] = []): unknown {
  const statements = (said: unknown) => {
    const others = all.filter(({ is, usual: otherwise }) => !is(said ?? otherwise));
    const unsayable = said !== undefined && others.some(({ value }) => value === undefined);
    return unsayable ? Infinity : others.length + (said === undefined ? 0 : 1);
  };
  const values = [undefined, ...first, ...all.map(({ value }) => value)].filter((value) => value !== '0s');
  return values.reduce((best, value) => (statements(value) < statements(best) ? value : best));
}

/** The scrape interval that must be stated because a window is shorter than four default ones. Undefined if none is. */
function neededScrapes(checks: readonly ReadCheck[], known = '30s'): string | undefined {
  const asked = checks.find(({ scrapeInterval }) => scrapeInterval !== undefined)?.scrapeInterval;
  if (asked !== undefined) return readPromqlDuration(asked) === readPromqlDuration(known) ? undefined : asked;
  const windows = checks.flatMap(({ window, own }) =>
    [window, own.shortWindow, own.slot].filter((one) => typeof one === 'string'),
  );
  const least = Math.min(...windows.map((text) => readPromqlDuration(text) ?? Infinity));
  return least < 4 * (readPromqlDuration(known) ?? 0) ? writeDuration(Duration.millis(least * 250)) : undefined;
}

function times(factor: number, text: string): string {
  return writeDuration(Duration.millis(Math.round((readPromqlDuration(text) ?? 0) * 1000 * factor)));
}
