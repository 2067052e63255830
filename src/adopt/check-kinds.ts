import { Duration } from 'cdk8s';
import { writeDuration } from '../formats/duration';
import { readPromqlDuration } from '../promql';
import { defined } from './container';
import { Json } from './manifests';
import { QueryFacts } from './query-facts';

/** What a metric may be. */
export interface Guess {
  readonly kind: string;
  /** The options that this kind alone has. */
  readonly own: Json;
  /** The window, where an analysis says it for all its checks. */
  readonly window?: string;
  /** The time to the first measurement, where this is not the window. */
  readonly firstLook?: string;
  readonly countsRequests?: boolean;
}

/** What a metric may be, by the numbers in its query and the one in its conditions: all kinds of the catalogue. */
export function guesses(facts: QueryFacts, bound: number): Guess[] {
  const [window, shortWindow] = [...new Set(facts.selectors.flatMap((one) => one.window ?? []))];
  const { quantile, floor, divisor, percent } = facts;
  const [least] = facts.least;
  const minimumRequests = unless(least, 30);
  const ofRequests = (kind: string, own: Json): Guess => ({
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
    // By the metrics of Istio in milliseconds, by others in seconds.
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
    ...sequentialTests(facts, bound, window).map((own) => ({
      ...ofRequests('sequentialTest', own),
      window: undefined,
      firstLook: window && twice(window),
    })),
  ];
}

/** The bound is the logarithm of how rare a false alarm is, rounded: the shortest number is the one that was meant. */
function sequentialTests({ subqueries: [window] }: QueryFacts, bound: number, slot: string | undefined): Json[] {
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

function twice(text: string): string | undefined {
  const seconds = readPromqlDuration(text);
  return seconds === undefined ? undefined : writeDuration(Duration.millis(Math.round(seconds * 2000)));
}
