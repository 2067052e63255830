import type { Kind, Scope } from './query-leaf';
import type { Leaf, QuantileLeaf } from './query-model';
import type { Random } from './random';
import { latencyMoments, latencyShare, type TrafficProfile } from './profile';

/** Long-lived counters are far from zero, which matters to how Prometheus extrapolates. */
const LONG_AGO = 1e9;

/** What of a version's counters is kept, at each scrape, cumulated. */
interface Version {
  readonly all: number[];
  readonly failed: number[];
  readonly seconds: number[];
  readonly buckets: number[][];
  readonly shares: readonly number[];
  readonly mean: number;
  readonly variance: number;
  readonly errorRate: number;
  /** Index of the first scrape that saw the version's pods; Infinity before. */
  first: number;
  /** Index of the first scrape that saw a failure. */
  firstFailed: number;
  /** Failures by pod, where each pod's series must be told apart. */
  readonly pods: PodFailures[];
}

/** The failures that one pod counted, at each scrape, cumulated. */
interface PodFailures {
  readonly at: number[];
  /** Index of the scrape at which the series appeared: with the pod's first failure. */
  first: number;
}

/** What a query finds at a moment; undefined: no series. */
export interface Reading {
  leaf(leaf: Leaf, now: number): number | undefined;
  quantile(leaf: QuantileLeaf, now: number): number | undefined;
}

/** Which counters a simulation must keep. */
export interface Needs {
  readonly stable: boolean;
  readonly latency: boolean;
  /** Failures of the canary by themselves, not only as what is missing to all. */
  readonly failures: boolean;
}

/** Prometheus as one rollout of a simulation meets it: scrapes of both versions' counters, and what queries make of them. */
export class Counters implements Reading {
  private readonly canary: Version;
  private readonly stable: Version;
  private readonly step: number;
  private readonly ideal: boolean;
  private count = 0;
  private begin = 0;
  private nextAt = 0;
  /** When each scrape took place. */
  private readonly times: number[] = [];
  /** Pods of the canary that take traffic now. */
  private pods = 0;
  private byPod = false;
  private pendingCanary = 0;
  private pendingStable = 0;
  private readonly bounds: readonly number[];

  constructor(
    private readonly profile: TrafficProfile,
    private readonly random: Random,
    private readonly needs: Needs,
    private readonly longestWindow: number,
    /** Seconds on whose multiples everything happens; an ideal Prometheus need not look in between. */
    grid = 1,
  ) {
    this.ideal = profile.scrapeInterval === 0;
    this.step = this.ideal ? grid : profile.scrapeInterval;
    this.bounds = [...profile.latencyBuckets, Infinity];
    this.canary = this.version(profile.errorRate, profile.latency);
    this.stable = this.version(profile.baselineErrorRate, profile.baselineLatency);
  }

  private version(errorRate: number, latency: TrafficProfile['latency']): Version {
    const cumulative = this.bounds.map((bound) => latencyShare(latency, bound));
    const shares = cumulative.map((share, i) => share - (cumulative[i - 1] ?? 0));
    const { mean, variance } = latencyMoments(latency);
    return {
      all: [],
      failed: [],
      seconds: [],
      buckets: [],
      shares,
      mean,
      variance,
      errorRate,
      first: Infinity,
      firstFailed: Infinity,
      pods: [],
    };
  }

  /** Begins a new rollout at second 0. `rps` is the traffic of the time before it. */
  reset(rps: number): void {
    const phase = this.ideal ? 0 : this.random.uniform() * this.step;
    // The stable version has been scraped before; how often depends on how far back a query looks.
    const past = this.needs.stable ? Math.ceil(this.longestWindow / this.step) + 1 : 0;
    this.begin = phase - past * this.step;
    this.count = 0;
    this.pods = 0;
    this.byPod = false;
    this.times.length = 0;
    this.nextAt = this.timeOfNext();
    this.pendingCanary = 0;
    this.pendingStable = 0;
    for (const version of [this.canary, this.stable]) {
      version.all.length = version.failed.length = version.seconds.length = version.buckets.length = 0;
      version.first = version.firstFailed = Infinity;
      version.pods.length = 0;
    }
    this.stable.first = 0;
    this.stable.firstFailed = this.profile.baselineErrorRate > 0 || this.profile.countersFromZero ? 0 : Infinity;
    for (let i = 0; i < past; i++) {
      this.pendingStable = i === 0 ? 0 : this.step * rps;
      this.scrape();
    }
    this.pendingStable = 0;
  }

  /** Failed requests that the canary gave, as far as they were drawn: up to the latest scrape. */
  get spoiled(): number {
    return this.count === 0 ? 0 : (this.canary.failed[this.count - 1] ?? 0);
  }

  /** So many pods of the canary are there from the next scrape on. */
  canaryHas(pods: number): void {
    this.pods = pods;
    // A series for each pod makes a difference where it appears only with the pod's first failure.
    this.byPod ||= pods > 1 && this.needs.failures && !this.ideal && !this.profile.countersFromZero;
    if (pods > 0 && this.canary.first === Infinity) {
      this.canary.first = this.count;
      if (this.profile.countersFromZero) this.canary.firstFailed = this.count;
    }
  }

  private timeOfNext(): number {
    const { scrapeJitter } = this.profile;
    const late = this.ideal || scrapeJitter === 0 ? 0 : this.random.uniform() * scrapeJitter;
    return this.begin + this.count * this.step + late;
  }

  /** Lets traffic run from one moment to another, with a canary's share and a total rate that do not change between. */
  flow(from: number, to: number, share: number, rps: number): void {
    let at = from;
    while (this.nextAt <= to) {
      const length = Math.max(0, this.nextAt - at);
      this.pendingCanary += length * share * rps;
      this.pendingStable += length * (1 - share) * rps;
      at = Math.max(at, this.nextAt);
      this.scrape();
    }
    this.pendingCanary += (to - at) * share * rps;
    this.pendingStable += (to - at) * (1 - share) * rps;
  }

  /** Draws what was not scraped any more: for the bill at the end. */
  finish(): number {
    return this.spoiled + this.random.poisson(this.pendingCanary * this.canary.errorRate);
  }

  private scrape(): void {
    this.times[this.count] = this.nextAt;
    this.draw(this.canary, this.pendingCanary, 0);
    if (this.needs.stable) this.draw(this.stable, this.pendingStable, LONG_AGO);
    this.pendingCanary = 0;
    this.pendingStable = 0;
    this.count++;
    this.nextAt = this.timeOfNext();
  }

  private draw(version: Version, requests: number, start: number): void {
    const { random, count } = this;
    const byPod = this.byPod && version === this.canary;
    const failed = byPod ? this.drawByPod(requests * version.errorRate) : random.poisson(requests * version.errorRate);
    const all = failed + random.poisson(requests * (1 - version.errorRate));
    version.failed[count] = (count === 0 ? start : version.failed[count - 1]) + failed;
    version.all[count] = (count === 0 ? start : version.all[count - 1]) + all;
    if (failed > 0 && version.firstFailed === Infinity) version.firstFailed = count;
    if (!this.needs.latency) return;
    const before = version.buckets[count - 1];
    let left = all;
    let share = 1;
    version.buckets[count] = version.shares.map((part, i) => {
      // A multinomial as a chain of binomials, each drawn from what is left.
      const drawn =
        i === version.shares.length - 1 ? left : binomial(random, left, share <= 0 ? 0 : Math.min(1, part / share));
      left -= drawn;
      share -= part;
      return (before?.[i] ?? start) + drawn;
    });
    const sum = all * version.mean + Math.sqrt(all * version.variance) * random.normal();
    version.seconds[count] = (version.seconds[count - 1] ?? start) + Math.max(0, sum);
  }

  /** Failures of the canary, spread over its pods; each pod's series begins with its first. */
  private drawByPod(mean: number): number {
    const { random, count, pods: ready } = this;
    const { pods, failed: before, firstFailed } = this.canary;
    if (pods.length === 0 && firstFailed !== Infinity) {
      // There was one pod until now, whose failures were the version's.
      pods.push({ at: before.slice(0, count), first: firstFailed });
    }
    while (pods.length < ready) pods.push({ at: [], first: Infinity });
    for (const { at } of pods) at[count] = at[count - 1] ?? 0;
    let failed = 0;
    const hit = (pod: PodFailures, times: number): void => {
      if (times === 0) return;
      if (pod.first === Infinity) pod.first = count;
      pod.at[count] += times;
      failed += times;
    };
    if (mean > 2 * ready) {
      for (let i = 0; i < ready; i++) hit(pods[i], random.poisson(mean / ready));
    } else {
      for (let left = random.poisson(mean); left > 0; left--) hit(pods[Math.floor(random.uniform() * ready)], 1);
    }
    return failed;
  }

  /** What `increase` or `rate` over a selector gives at a moment; undefined: no series. */
  leaf(leaf: Leaf, now: number): number | undefined {
    const { scope, kind, window, over } = leaf;
    const grown = this.ofScope(scope, (version) => this.increase(version, kind, window, now));
    return grown === undefined || over === 'increase' ? grown : grown / window;
  }

  private ofScope(scope: Scope, read: (version: Version) => number | undefined): number | undefined {
    if (scope === 'canary') return read(this.canary);
    if (scope === 'stable') return read(this.stable);
    const [canary, stable] = [read(this.canary), read(this.stable)];
    return canary === undefined ? stable : canary + (stable ?? 0);
  }

  private increase(version: Version, kind: Kind, window: number, now: number): number | undefined {
    if (kind === 'all') return this.grown(version.all, version.first, window, now);
    if (kind === 'failed') {
      if (version.pods.length === 0) return this.grown(version.failed, version.firstFailed, window, now);
      let sum: number | undefined;
      for (const { at, first } of version.pods) {
        const grown = first === Infinity ? undefined : this.grown(at, first, window, now);
        if (grown !== undefined) sum = (sum ?? 0) + grown;
      }
      return sum;
    }
    if (kind === 'seconds') return this.grown(version.seconds, version.first, window, now);
    if (kind === 'succeeded') {
      return this.grown((i) => version.all[i] - version.failed[i], version.first, window, now);
    }
    const last = this.bounds.findIndex((bound) => bound >= kind.upTo - 1e-12);
    return this.grown((i) => sumUpTo(version.buckets[i], last), version.first, window, now);
  }

  /** Prometheus's extrapolation from the scrapes in a window to the whole of it. */
  private grown(
    values: number[] | ((i: number) => number),
    first: number,
    window: number,
    now: number,
  ): number | undefined {
    const read = typeof values === 'function' ? values : (i: number): number => values[i];
    const last = this.count - 1;
    if (last < first) return undefined;
    if (this.ideal) {
      const start = Math.max(0, Math.round((now - window - this.begin) / this.step));
      return read(last) - (start < first ? 0 : read(Math.min(start, last)));
    }
    // The window is open at its old end: a scrape exactly there does not count.
    let from = Math.max(first, Math.floor((now - window - this.begin) / this.step + 1e-9));
    while (from <= last && this.times[from] <= now - window + 1e-9) from++;
    const scrapes = last - from + 1;
    if (scrapes < 2) return undefined;
    const begin = read(from);
    const grown = read(last) - begin;
    const sampled = this.times[last] - this.times[from];
    const average = sampled / (scrapes - 1);
    const threshold = average * 1.1;
    let toStart = this.times[from] - (now - window);
    let toEnd = now - this.times[last];
    if (toStart >= threshold) toStart = average / 2;
    if (grown > 0 && begin >= 0) toStart = Math.min(toStart, sampled * (begin / grown));
    if (toEnd >= threshold) toEnd = average / 2;
    return grown * ((sampled + toStart + toEnd) / sampled);
  }

  /** histogram_quantile over the window's buckets; NaN where nothing was counted. */
  quantile({ scope, quantile, window, milliseconds }: QuantileLeaf, now: number): number | undefined {
    const counts: number[] = [];
    for (let i = 0; i < this.bounds.length; i++) {
      const grown = this.ofScope(scope, (version) =>
        this.grown((at) => sumUpTo(version.buckets[at], i), version.first, window, now),
      );
      if (grown === undefined) return undefined;
      counts.push(grown);
    }
    const total = counts[counts.length - 1];
    if (!(total > 0)) return NaN;
    const rank = quantile * total;
    const bucket = counts.findIndex((count) => count >= rank);
    const unit = milliseconds ? 1000 : 1;
    if (bucket === this.bounds.length - 1) return this.bounds[bucket - 1] * unit;
    const lower = bucket === 0 ? 0 : this.bounds[bucket - 1];
    const below = bucket === 0 ? 0 : counts[bucket - 1];
    return (lower + ((this.bounds[bucket] - lower) * (rank - below)) / (counts[bucket] - below)) * unit;
  }
}

function sumUpTo(buckets: readonly number[], last: number): number {
  let sum = 0;
  for (let i = 0; i <= last; i++) sum += buckets[i];
  return sum;
}

/** Binomial: by inversion while that is short, by its normal approximation where both tails are far away. */
export function binomial(random: Random, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  const mean = n * p;
  if (mean > 60) {
    const drawn = Math.round(mean + Math.sqrt(mean * (1 - p)) * random.normal());
    return Math.max(0, Math.min(n, drawn));
  }
  let probability = (1 - p) ** n;
  if (probability === 0) return Math.min(n, random.poisson(mean));
  let rest = random.uniform();
  let k = 0;
  while (rest > probability && k < n) {
    rest -= probability;
    probability *= ((n - k) / (k + 1)) * (p / (1 - p));
    k++;
  }
  return k;
}
