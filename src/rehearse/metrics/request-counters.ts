import {
  binomial,
  type Latency,
  latencyMoments,
  latencyShare,
  type NativeBuckets,
  type NativeHistogram,
  nativeBuckets,
  type Random,
  type Shown,
} from '../../traffic-model';

/** The outcome of a request. */
export type RequestOutcome = 'succeeded' | 'failed';

/** Requests of one outcome. */
export interface RequestTally {
  readonly count: number;
  /** Seconds, added up. */
  readonly sum: number;
  /** Requests by the first bound that they do not exceed; those beyond the last are in none. */
  readonly buckets: Float64Array;
}

/** The request counters of a process. */
export type RequestCounts = Readonly<Record<RequestOutcome, RequestTally>>;

/** Counts the requests of a process since its start. */
export class RequestCounters implements RequestCounts {
  readonly succeeded: Tally;
  readonly failed: Tally;

  constructor(private readonly bounds: readonly number[]) {
    this.succeeded = new Tally(bounds.length);
    this.failed = new Tally(bounds.length);
  }

  /** The process starts anew. */
  reset(): void {
    this.succeeded.reset();
    this.failed.reset();
  }

  /** Counts requests. Durations are drawn only if there are buckets. */
  add(outcome: RequestOutcome, requests: number, latency: LatencyModel, random: Random): void {
    if (requests === 0) return;
    const tally = this[outcome];
    tally.count += requests;
    if (this.bounds.length === 0) return;
    latency.sort(requests, random, tally.buckets);
    tally.sum += latency.total(requests, random);
  }
}

class Tally implements RequestTally {
  count = 0;
  sum = 0;
  readonly buckets: Float64Array;

  constructor(bounds: number) {
    this.buckets = new Float64Array(bounds);
  }

  reset(): void {
    this.count = this.sum = 0;
    this.buckets.fill(0);
  }
}

/** The probabilities of latencies between ascending bounds in seconds. */
export class LatencyModel {
  private readonly shares: readonly number[];
  private readonly mean: number;
  private readonly variance: number;

  constructor(latency: Latency, bounds: readonly number[]) {
    const upTo = bounds.map((bound) => latencyShare(latency, bound));
    this.shares = upTo.map((share, i) => share - (upTo[i - 1] ?? 0));
    ({ mean: this.mean, variance: this.variance } = latencyMoments(latency));
  }

  /**
   * Distributes requests over buckets: a multinomial as a chain of binomials, each drawn from the remaining requests.
   */
  sort(requests: number, random: Random, into: Float64Array): void {
    let left = requests;
    let share = 1;
    for (let i = 0; i < this.shares.length && left > 0; i++) {
      const drawn = share <= 0 ? 0 : binomial(random, left, Math.min(1, this.shares[i] / share));
      into[i] += drawn;
      left -= drawn;
      share -= this.shares[i];
    }
  }

  /** Seconds that so many requests take together. */
  total(requests: number, random: Random): number {
    return Math.max(0, requests * this.mean + Math.sqrt(requests * this.variance) * random.normal());
  }
}

/** How the requests that a series counts were sorted, and how it is exposed. */
export interface Sorted {
  /** Ascending, in seconds. */
  readonly bounds: readonly number[];
  /** The greatest factor from one bound of a native histogram to the next. */
  readonly growth: number;
  readonly countersFromZero: boolean;
}

/** The value of a series that counts requests; undefined where it is not exposed yet. */
export function valueOf(
  { outcome, part, factor, appears }: Shown & { readonly type: 'requests' },
  { succeeded, failed }: RequestCounts,
  { bounds, growth, countersFromZero }: Sorted,
): number | NativeHistogram | undefined {
  const tallies = outcome === 'any' ? [succeeded, failed] : [outcome === 'failed' ? failed : succeeded];
  const all = tallies.reduce((sum, { count }) => sum + count, 0);
  const late = appears === 'with-first' || (appears === 'as-the-profile-says' && !countersFromZero);
  if (late && all === 0) return undefined;
  if (part === 'count') return all;
  const seconds = factor * tallies.reduce((sum, tally) => sum + tally.sum, 0);
  if (part === 'seconds') return seconds;
  if (part === 'histogram') {
    const native = nativeBuckets(growth, factor);
    return { ...native, sum: seconds, count: all, counts: sortedAnew(tallies, bounds, native, factor, all) };
  }
  let below = 0;
  for (let i = 0; i < bounds.length && bounds[i] <= part.upTo + 1e-12; i++) {
    for (const { buckets } of tallies) below += buckets[i];
  }
  return below;
}

/** How many requests are in each bucket of a native histogram; those beyond its last bound are in one more. */
function sortedAnew(
  tallies: readonly RequestTally[],
  from: readonly number[],
  { bounds }: NativeBuckets,
  factor: number,
  all: number,
): number[] {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  let at = 0;
  let sorted = 0;
  from.forEach((bound, i) => {
    while (at < bounds.length && bounds[at] / factor < bound - 1e-12) at++;
    for (const { buckets } of tallies) {
      counts[at] += buckets[i];
      sorted += buckets[i];
    }
  });
  counts[bounds.length] += all - sorted;
  return counts;
}
