import { binomial } from './binomial';
import { Containers } from './containers';
import { extrapolatedGrowth } from './extrapolation';
import { ThroughService } from './through-service';
import { emptyTally, type PodFailures, type Tally, type VersionCounts } from './version-counts';
import type { Growth, Reading } from '../query/compile';
import { readsLatency, type Cell, type Leaf, type Moment, type ResourceCell, type Side } from '../query/query-model';
import { isOfRestarts, resourceValue } from '../sources/resources';
import type { Random } from '../random';
import { latencyMoments, latencyShare, type TrafficProfile } from '../profile';

/** Long-lived counters are far from zero, which changes how Prometheus extrapolates. */
const LONG_AGO = 1e9;

/** Series that do not change sides. */
const LASTING: Pick<Cell, 'life'> = { life: {} };

/** Which counters a simulation must keep. */
export interface Needs {
  /** Anything at all: without, nothing is scraped, and the failed requests of an update are drawn once, at its end. */
  readonly scrapes: boolean;
  readonly stable: boolean;
  readonly latency: boolean;
  /** Failures of the canary, with a separate series for each pod. */
  readonly failures: boolean;
  /** Requests to the canary as they are counted before its Service. */
  readonly service: boolean;
  /** Resources that containers use, and their restarts. */
  readonly containers: boolean;
}

/** The series that a query reads. */
interface Read {
  readonly leaves: readonly Leaf[];
  readonly resources: readonly ResourceCell[];
}

/** The counters that queries need. */
export function needsOf(queries: readonly Read[]): Needs {
  const leaves = queries.flatMap((query) => query.leaves);
  const cells = leaves.flatMap((leaf) => leaf.cells);
  return {
    scrapes: queries.length > 0,
    containers: queries.some(({ resources }) => resources.length > 0),
    stable: cells.some(({ side }) => side === 'stable'),
    service: cells.some(({ side, ofEachPod }) => side === 'canary' && !ofEachPod),
    latency: readsLatency(leaves),
    failures: cells.some(
      ({ side, outcome, appears, ofEachPod }) =>
        side === 'canary' && outcome === 'failed' && appears !== 'at-once' && ofEachPod,
    ),
  };
}

/** Prometheus in one run of a simulation: the scrapes of both versions' counters, and what queries read from them. */
export class Counters implements Reading {
  private readonly canary: VersionCounts;
  private readonly stable: VersionCounts;
  private readonly through: ThroughService;
  private readonly step: number;
  private readonly ideal: boolean;
  private count = 0;
  private begin = 0;
  private nextAt = 0;
  /** The time of each scrape. */
  private readonly times: number[] = [];
  /** Number of pods of the canary that take traffic. */
  private pods = 0;
  private byPod = false;
  /** Index of the first scrape after each moment; Infinity before. */
  private readonly moments: Record<Moment, number> = { canary: Infinity, switch: Infinity };
  private pendingCanary = 0;
  /** Among them, requests that do not come from users, such as mirrored ones. */
  private pendingBeside = 0;
  /** Among them, those that do not come through the canary's Service: copies, and requests to an experiment. */
  private pendingElsewhere = 0;
  /** Failed requests among them, up to the latest scrape. */
  private failedBeside = 0;
  private pendingStable = 0;
  private readonly bounds: readonly number[];
  private readonly buckets = new Map<number, number>();
  /** The scrapes that were found last. */
  private from = 0;
  private last = 0;
  private readonly containers: Containers;
  /** Restarts are drawn even if nothing reads them, so that requests stay the same when a check of restarts is added. */
  private readonly watchesContainers: boolean;
  /** Up to where traffic has run, in seconds. */
  private clock = 0;
  /** Counts the updates. */
  run = 0;
  /** Restarts of the canary's containers, its pods and when the oldest started, at each scrape. */
  private readonly restarts: number[] = [];
  private readonly restartedPods: number[] = [];
  private readonly podsAt: number[] = [];
  private readonly oldest: (number | undefined)[] = [];

  constructor(
    private readonly profile: TrafficProfile,
    private readonly random: Random,
    private readonly needs: Needs,
    private readonly reach: number,
    /** Upper bounds of the buckets that queries read, in seconds. */
    bounds: readonly number[],
    /** Everything happens at multiples of this many seconds, so that an ideal Prometheus scrapes only then. */
    grid = 1,
    /** Whether Prometheus extrapolates no further than where a counter was zero. */
    private readonly caps = true,
  ) {
    this.ideal = profile.scrapeInterval === 0;
    this.step = this.ideal ? grid : profile.scrapeInterval;
    this.bounds = [...bounds, Infinity];
    this.containers = new Containers(random, profile.restarts, profile.podStart);
    this.watchesContainers = needs.containers || profile.restarts > 0;
    this.canary = this.version(profile.errorRate, profile.latency);
    this.stable = this.version(profile.baselineErrorRate, profile.baselineLatency);
    this.through = new ThroughService(this.canary, random);
  }

  private version(errorRate: number, latency: TrafficProfile['latency']): VersionCounts {
    const cumulative = this.bounds.map((bound) => latencyShare(latency, bound));
    const shares = cumulative.map((share, i) => share - (cumulative[i - 1] ?? 0));
    const { mean, variance } = latencyMoments(latency);
    return {
      succeeded: emptyTally(),
      failed: emptyTally(),
      shares,
      mean,
      variance,
      errorRate,
      seen: Infinity,
      pods: [],
    };
  }

  /** Begins a new rollout at second 0. `rps` is the traffic of the time before it. */
  reset(rps: number): void {
    const phase = this.ideal || !this.needs.scrapes ? 0 : this.random.uniform() * this.step;
    // The stable version was scraped before the rollout, as often as the longest look-back of a query needs.
    const past = this.needs.stable ? Math.ceil(this.reach / this.step) + 1 : 0;
    this.begin = phase - past * this.step;
    this.count = 0;
    this.pods = 0;
    this.byPod = false;
    this.moments.canary = this.moments.switch = Infinity;
    // Lists keep their room: of each, as many members hold as there are scrapes (`count`), and each scrape writes its own.
    this.clock = 0;
    this.run++;
    this.containers.reset();
    this.nextAt = this.needs.scrapes ? this.timeOfNext() : Infinity;
    this.pendingCanary = 0;
    this.pendingBeside = this.pendingElsewhere = this.failedBeside = 0;
    this.through.reset();
    this.pendingStable = 0;
    for (const version of [this.canary, this.stable]) {
      for (const tally of [version.succeeded, version.failed]) {
        tally.first = Infinity;
      }
      version.seen = Infinity;
      if (version.pods.length > 0) version.pods.length = 0;
    }
    this.stable.seen = this.stable.succeeded.first = 0;
    this.stable.failed.first = this.profile.baselineErrorRate > 0 ? 0 : Infinity;
    for (let i = 0; i < past; i++) {
      this.pendingStable = i === 0 ? 0 : this.step * rps;
      this.scrape();
    }
    this.pendingStable = 0;
  }

  /** Failed requests of users to the canary, up to the latest scrape. */
  get failedRequests(): number {
    return this.count === 0 ? 0 : (this.canary.failed.count[this.count - 1] ?? 0) - this.failedBeside;
  }

  /** Sets the number of canary pods from the next scrape on. */
  canaryHas(pods: number): void {
    this.pods = pods;
    if (this.watchesContainers) this.containers.are(pods, this.clock);
    // Separate series of pods matter only if each appears with the pod's first failure.
    this.byPod ||= pods > 1 && this.needs.failures && !this.ideal && !this.profile.countersFromZero;
    if (pods === 0) return;
    if (this.canary.seen === Infinity) this.canary.seen = this.count;
    if (this.moments.canary === Infinity) this.moments.canary = this.count;
  }

  /** The active Service of a blue-green rollout selects the new pods from the next scrape on. */
  activeIsNew(): void {
    if (this.moments.switch === Infinity) this.moments.switch = this.count;
  }

  private timeOfNext(): number {
    const { scrapeJitter } = this.profile;
    const late = this.ideal || scrapeJitter === 0 ? 0 : this.random.uniform() * scrapeJitter;
    return this.begin + this.count * this.step + late;
  }

  /**
   * Simulates traffic between two times, with a constant canary share and total rate.
   *
   * @param beside additional requests per second to the canary whose responses users do not see
   * @param experiment the part of the share that the pods of an experiment get, through a Service of its own
   */
  flow(from: number, to: number, share: number, rps: number, beside = 0, experiment = 0): void {
    let at = from;
    while (this.nextAt <= to) {
      if (this.nextAt > at) {
        this.pass(this.nextAt - at, share, rps, beside, experiment);
        at = this.nextAt;
      }
      this.scrape();
    }
    this.pass(to - at, share, rps, beside, experiment);
    this.clock = to;
  }

  private pass(seconds: number, share: number, rps: number, beside: number, experiment: number): void {
    this.pendingCanary += seconds * (share * rps + beside);
    this.pendingBeside += seconds * beside;
    this.pendingElsewhere += seconds * (experiment * rps + beside);
    this.pendingStable += seconds * (1 - share) * rps;
  }

  /** Draws the requests after the last scrape, for the total at the end. */
  finish(): number {
    return this.failedRequests + this.random.poisson((this.pendingCanary - this.pendingBeside) * this.canary.errorRate);
  }

  private scrape(): void {
    this.times[this.count] = this.nextAt;
    if (this.watchesContainers) this.scrapeContainers();
    this.draw(this.canary, this.pendingCanary, 0);
    if (this.pendingBeside > 0) {
      const { count: failed } = this.canary.failed;
      const drawn = failed[this.count] - (failed[this.count - 1] ?? 0);
      this.failedBeside += binomial(this.random, drawn, this.pendingBeside / this.pendingCanary);
    }
    const elsewhere = this.pendingElsewhere > 0 ? this.pendingElsewhere / this.pendingCanary : 0;
    if (this.needs.service) this.through.count(this.count, 1 - elsewhere);
    this.pendingBeside = this.pendingElsewhere = 0;
    if (this.needs.stable) this.draw(this.stable, this.pendingStable, LONG_AGO);
    this.pendingCanary = 0;
    this.pendingStable = 0;
    this.count++;
    this.nextAt = this.timeOfNext();
  }

  private scrapeContainers(): void {
    const { containers, count } = this;
    this.restarts[count] = containers.restartsUpTo(this.nextAt);
    this.restartedPods[count] = containers.restarted;
    this.podsAt[count] = containers.count;
    this.oldest[count] = containers.oldest;
  }

  private draw(version: VersionCounts, requests: number, start: number): void {
    const { random, byPod } = this;
    const bad = requests * version.errorRate;
    const failed = byPod && version === this.canary ? this.drawByPod(bad) : random.poisson(bad);
    this.add(version, version.failed, failed, start);
    this.add(version, version.succeeded, random.poisson(requests * (1 - version.errorRate)), start);
  }

  private add(version: VersionCounts, tally: Tally, requests: number, start: number): void {
    const { random, count } = this;
    tally.count[count] = (count === 0 ? start : tally.count[count - 1]) + requests;
    if (requests > 0 && tally.first === Infinity) tally.first = count;
    if (!this.needs.latency) return;
    const before = tally.buckets[count - 1];
    let left = requests;
    let share = 1;
    let below = 0;
    tally.buckets[count] = version.shares.map((part, i) => {
      // A multinomial as a chain of binomials, each drawn from the remaining requests.
      const drawn =
        i === version.shares.length - 1 ? left : binomial(random, left, share <= 0 ? 0 : Math.min(1, part / share));
      left -= drawn;
      share -= part;
      below += drawn;
      return (before?.[i] ?? start) + below;
    });
    const sum = requests * version.mean + Math.sqrt(requests * version.variance) * random.normal();
    tally.seconds[count] = (tally.seconds[count - 1] ?? start) + Math.max(0, sum);
  }

  /** Failures of the canary, distributed over its pods; each pod's series begins with its first failure. */
  private drawByPod(mean: number): number {
    const { random, count, pods: ready } = this;
    const { pods, failed: before } = this.canary;
    if (pods.length === 0 && before.first !== Infinity) {
      // Until now there was one pod, so its failures are those of the version.
      pods.push({ at: before.count.slice(0, count), first: before.first });
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

  resource(cell: ResourceCell, together: boolean, now: number): number | undefined {
    const last = this.lastOf(LASTING, now);
    const { seen } = this.of(cell.side);
    return last < 0 || last < seen ? undefined : this.resourceAt(cell, together, last);
  }

  resourceGrowth(cell: ResourceCell, together: boolean, growth: Growth): number | undefined {
    const { window, now } = growth;
    if (!this.finds(this.of(cell.side).seen, LASTING, window, now)) return undefined;
    const read = (i: number): number => (i < 0 ? 0 : (this.resourceAt(cell, together, i) ?? 0));
    return this.extrapolated(read(this.from), read(this.last), growth);
  }

  private resourceAt({ side, of, limit }: ResourceCell, together: boolean, i: number): number | undefined {
    const { saturation, baselineSaturation, restartReason } = this.profile;
    if (side === 'stable' && isOfRestarts(of) && of !== 'restarts') return undefined;
    if (side === 'stable') return resourceValue(of, baselineSaturation, limit, LONG_AGO + this.times[i]);
    const started = this.oldest[i];
    if (started === undefined) return undefined;
    if (of === 'restarts') return this.restarts[i];
    // Of a pod that never ended there is no series.
    if (isOfRestarts(of)) return (of === `last-terminated-${restartReason}` ? this.restartedPods[i] : 0) || undefined;
    const one = resourceValue(of, saturation, limit, Math.max(0, this.times[i] - started));
    return together ? one * this.podsAt[i] : one;
  }

  growth(cell: Cell, growth: Growth): number | undefined {
    const { window, now } = growth;
    const version = this.countedBy(cell);
    if (
      version.pods.length > 0 &&
      cell.outcome === 'failed' &&
      cell.part === 'count' &&
      cell.ofEachPod &&
      this.appears(cell)
    ) {
      let sum: number | undefined;
      for (const { at, first } of version.pods) {
        if (first === Infinity || !this.finds(first, cell, window, now)) continue;
        sum = (sum ?? 0) + this.extrapolated(this.from < 0 ? 0 : at[this.from], at[this.last], growth);
      }
      return sum;
    }
    if (!this.finds(this.firstOf(version, cell), cell, window, now)) return undefined;
    const begin = this.from < 0 ? 0 : this.valueOf(version, cell, this.from);
    return this.extrapolated(begin, this.valueOf(version, cell, this.last), growth);
  }

  irate(cell: Cell, window: number, now: number): number | undefined {
    const version = this.countedBy(cell);
    const last = this.lastOf(cell, now);
    const from = Math.max(this.firstOf(version, cell), last - 1);
    if (last - from < 1 || this.times[from] <= now - window + 1e-9) return undefined;
    const grown = this.valueOf(version, cell, last) - this.valueOf(version, cell, from);
    return grown / (this.times[last] - this.times[from]);
  }

  private of(side: Side): VersionCounts {
    return side === 'canary' ? this.canary : this.stable;
  }

  /** A proxy or a router before the canary's Service counts what comes through it, and a pod everything. */
  private countedBy({ side, ofEachPod }: Cell): VersionCounts {
    return side === 'canary' && !ofEachPod ? this.through.counts : this.of(side);
  }

  /** Whether such a series appears with its first request. */
  private appears({ appears }: Cell): boolean {
    return appears === 'with-first' || (appears === 'as-the-profile-says' && !this.profile.countersFromZero);
  }

  /** The sum of such series of a version at a scrape. */
  private valueOf(version: VersionCounts, cell: Cell, i: number): number {
    switch (cell.outcome) {
      case 'failed':
        return this.partOf(version.failed, cell, i);
      case 'succeeded':
        return this.partOf(version.succeeded, cell, i);
      default:
        return this.partOf(version.succeeded, cell, i) + this.partOf(version.failed, cell, i);
    }
  }

  private partOf(tally: Tally, { part, factor }: Cell, i: number): number {
    // Of a histogram as a whole only matters whether it is there.
    if (part === 'count' || part === 'histogram') return tally.count[i];
    if (part === 'seconds') return tally.seconds[i] * factor;
    return tally.buckets[i][this.bucketOf(part.upTo)];
  }

  /** The bucket with a bound. */
  private bucketOf(upTo: number): number {
    let bucket = this.buckets.get(upTo);
    if (bucket === undefined) {
      bucket = this.bounds.findIndex((bound) => bound >= upTo - 1e-12);
      this.buckets.set(upTo, bucket);
    }
    return bucket;
  }

  private firstOf(version: VersionCounts, cell: Cell): number {
    if (cell.outcome === 'any' || !this.appears(cell)) return version.seen;
    return Math.max(version.seen, cell.outcome === 'failed' ? version.failed.first : version.succeeded.first);
  }

  /** The latest scrape before a time that contains such a series. */
  private lastOf({ life }: Pick<Cell, 'life'>, now: number): number {
    let last = this.count - 1;
    if (last >= 0 && this.times[last] > now) {
      last = Math.min(last, Math.floor((now - this.begin) / this.step + 1e-9));
      while (last >= 0 && this.times[last] > now) last--;
    }
    return life.until === undefined ? last : Math.min(last, this.moments[life.until] - 1);
  }

  /**
   * Finds the first and the last scrape in a window that contain a series, which is there since the scrape `first`.
   * Whether Prometheus makes an increase of them; the first is -1 where the series began at 0 within the window.
   */
  private finds(first: number, cell: Pick<Cell, 'life'>, window: number, now: number): boolean {
    const last = this.lastOf(cell, now);
    const { life } = cell;
    this.last = last;
    const born = life.from === undefined ? first : Math.max(first, this.moments[life.from]);
    if (last < born || last < 0) return false;
    if (this.ideal) {
      const start = Math.max(0, Math.round((now - window - this.begin) / this.step));
      this.from = start < born ? -1 : Math.min(start, last);
      return start <= last;
    }
    // The window excludes its start: a scrape exactly there does not count.
    let from = Math.max(born, Math.floor((now - window - this.begin) / this.step + 1e-9));
    while (from <= last && this.times[from] <= now - window + 1e-9) from++;
    this.from = from;
    return from < last;
  }

  /** The growth that Prometheus computes from the values at the two scrapes. */
  private extrapolated(begin: number, end: number, { over, window, now }: Growth): number {
    if (this.ideal) return over === 'rate' ? (end - begin) / window : end - begin;
    const { from, last, caps } = this;
    const samples = { begin, end, firstAt: this.times[from], lastAt: this.times[last], intervals: last - from };
    return extrapolatedGrowth(samples, { over, window, now, caps });
  }
}
