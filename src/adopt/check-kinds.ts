import { Duration } from 'cdk8s';
import { writeDuration } from '../formats/duration';
import { readPromqlDuration } from '../promql';
import { QueryFacts } from './query-facts';
import { defined, type Options } from './values';

/** A check that a metric may come from. */
export interface Guess {
  readonly kind: string;
  /** The options that only this kind has. */
  readonly own: Options;
  /** The window, where an analysis states it for all its checks. */
  readonly window?: string;
  /** The time to the first measurement, where it is not the window. */
  readonly firstLook?: string;
  readonly countsRequests?: boolean;
  /** The scrape interval, where the query depends on it. */
  readonly scrapeInterval?: string;
}

/** All checks of the catalogue that a metric may come from, with the numbers of its query and the bound of its conditions. */
export function guesses(facts: QueryFacts, bound: number): Guess[] {
  const [window, shortWindow] = [...new Set(facts.selectors.flatMap((one) => one.window ?? []))];
  const { quantile, floor, divisor, percent } = facts;
  const [least] = facts.least;
  const minimumRequests = unless(least, 30);
  const ofRequests = (kind: string, own: Options): Guess => ({
    kind,
    own: defined({ ...own, minimumRequests }) ?? {},
    window,
    countsRequests: true,
  });
  return [
    { kind: 'restarts', own: defined({ atMost: unless(bound, 0) }) ?? {} },
    { kind: 'outOfMemoryKills', own: defined({ atMost: unless(bound, 0) }) ?? {} },
    { kind: 'saturation', own: { resource: 'memory', atMost: bound } },
    ...['cpu', 'cpuThrottling'].map((resource) => ({ kind: 'saturation', own: { resource, atMost: bound }, window })),
    { ...ofRequests('failureCount', {}), own: { atMost: bound, ...defined({ minimumRequests: unless(least, 1) }) } },
    ofRequests('successRate', { atLeast: bound }),
    ofRequests('errorRate', { atMost: bound }),
    ofRequests('errorsAgainstStable', { atMost: bound, floor: unless(floor, 0.001) }),
    // Istio's metrics are in milliseconds, others in seconds.
    ...[1, 1000].flatMap((unit) => [
      ofRequests('latency', { quantile, atMost: milliseconds(bound * unit) }),
      ofRequests('latencyAgainstStable', {
        quantile,
        atMost: bound,
        floor: unless(milliseconds((floor ?? 0) * unit), '10ms'),
      }),
    ]),
    ofRequests('trafficShare', { tolerance: unless(bound, 0.05), weight: percent }),
    ofRequests('burnRate', {
      objective: divisor === undefined ? undefined : Number((1 - divisor).toPrecision(12)),
      atMost: unless(bound, 1),
      shortWindow,
    }),
    ...['sequentialTest', 'sequentialLatencyTest'].flatMap((kind) =>
      sequentialTests(facts, bound, window).map((own) => ({
        ...ofRequests(kind, own),
        window: undefined,
        firstLook: window && times(2, window),
        // The query counts the part of a slot between its first and its last scrape.
        scrapeInterval: window === undefined || facts.scale === undefined ? undefined : times(1 - facts.scale, window),
      })),
    ),
  ];
}

/** The bound is the rounded logarithm of 1 / falseAlarmRate: the shortest rate with this logarithm is the one that was stated. */
function sequentialTests({ subqueries: [window] }: QueryFacts, bound: number, slot: string | undefined): Options[] {
  if (window === undefined || slot === undefined) return [];
  const rate = Math.exp(-bound);
  const meant = Array.from({ length: 12 }, (_, i) => Number(rate.toPrecision(i + 1))).find(
    (one) => Number(Math.log(1 / one).toFixed(6)) === bound,
  );
  return [{ falseAlarmRate: unless(meant, 0.01), slot, window: unless(window, '1h') }];
}

function unless<T>(value: T | undefined, usual: T): T | undefined {
  return value === usual ? undefined : value;
}

function milliseconds(amount: number): string {
  const rounded = Number(amount.toFixed(6));
  return rounded > 0 && Number.isInteger(rounded) ? writeDuration(Duration.millis(rounded)) : '0s';
}

function times(factor: number, text: string): string | undefined {
  const seconds = readPromqlDuration(text);
  return seconds === undefined ? undefined : writeDuration(Duration.millis(Math.round(seconds * 1000 * factor)));
}
