import type { Resource, ScrapeTarget } from '../../graph';
import { canaryShare, experimentShare, rpsBesideUsers, type Frame, type RolloutModel } from '../../controller';
import { isOfRestarts, resourceValue } from '../../traffic-model';
import type { Counter, Hashes, Pointing, Scraping, Shown, Version } from '../../traffic-model';
import type { RequestCounts } from '../metrics/request-counters';
import { valueOf } from '../metrics/request-counters';
import type { Series } from '../prometheus';
import type { Conditions } from './conditions';
import { type Pod, Pods } from './pods';
import { PROMETHEUS_TIMING, type Exposed, Scraper } from './scraper';
import { Users } from './traffic';

/** The inputs of a cluster. */
export interface ClusterOptions {
  readonly model: RolloutModel;
  readonly hashes: Hashes;
  readonly scraping: Scraping;
  readonly conditions: Conditions;
  /** How long before the update the cluster is watched already, in seconds. */
  readonly history: number;
  /** What second 0 is, in milliseconds since 1970. */
  readonly epoch: number;
  readonly seed: number;
}

/**
 * The cluster around a rollout: its pods, the users' requests and a Prometheus that scrapes, in simulated time. Second 0
 * is the moment at which the first update begins.
 */
export class Cluster {
  readonly pods: Pods;
  readonly users: Users;
  readonly scraper: Scraper;
  /** When a version's pods were first scraped with success. */
  readonly firstScraped = new Map<Version, number>();
  /** Monitors that the operator would leave out, and why. */
  refused: ReadonlyMap<Resource, string> = new Map();
  /** How a pod is scraped while no rollout is under way: the monitors, and the Services through which they find it. */
  scrapedAtRest: readonly ScrapeTarget[] = [];
  private now: number;
  private begun = 0;
  private frames: readonly Frame[] = [];
  private done = 0;
  private frame: Frame;
  /** When Prometheus will know of what has changed; undefined while it knows everything. */
  private refreshAt: number | undefined;
  private conditions: Conditions;

  constructor(private readonly options: ClusterOptions) {
    const { model, conditions, scraping, seed, hashes, history, epoch } = options;
    this.conditions = conditions;
    this.pods = new Pods(model, () => this.conditions, hashes, seed + 1);
    this.users = new Users(conditions, scraping.exposition.bounds, seed + 2);
    this.scraper = new Scraper(
      { ...PROMETHEUS_TIMING, jitter: conditions.profile.scrapeJitter || PROMETHEUS_TIMING.jitter },
      epoch,
      seed + 3,
    );
    this.now = -history;
    this.frame = atRest(model);
    this.refreshAt = this.now;
    this.users.remember(this.pods.all, this.now);
  }

  /** Changes the conditions from now on. */
  change(conditions: Conditions): void {
    this.conditions = conditions;
    this.users.change(conditions);
  }

  /** Starts another update, possibly under other conditions. */
  begin(conditions: Conditions): void {
    this.change(conditions);
    this.pods.newAttempt();
    this.begun = this.now;
    this.frames = [];
    this.done = 0;
    this.firstScraped.delete('new');
  }

  get time(): number {
    return this.now;
  }

  /** When the update under way began. */
  get start(): number {
    return this.begun;
  }

  /** Advances the time. The frames are those of the current update, complete up to that time. */
  advance(to: number, frames: readonly Frame[]): void {
    this.frames = frames;
    while (this.now < to) {
      this.happen();
      const next = Math.min(to, this.nextEvent());
      const { model } = this.options;
      const { frame } = this;
      const { profile } = this.conditions;
      const share = canaryShare(model, frame, profile.headerShare);
      this.users.flow(
        this.now,
        next,
        share,
        this.pods.all,
        this.begun,
        (rps) => rpsBesideUsers(model, frame, rps, profile),
        experimentShare(model, frame, profile.headerShare),
      );
      this.now = next;
    }
    this.happen();
  }

  /** Samples since the last time, to be written. */
  scraped(): Series[] {
    return this.scraper.take();
  }

  private nextEvent(): number {
    const frame = this.frames[this.done];
    return Math.min(
      frame === undefined ? Infinity : this.begun + frame.time,
      ...this.pods.all.map((pod) => pod.nextChange(this.now)),
      this.refreshAt ?? Infinity,
      this.scraper.nextScrape(),
      this.users.nextChange(this.now, this.begun),
    );
  }

  /** Everything that happens at this moment. */
  private happen(): void {
    let changed = false;
    while (this.done < this.frames.length && this.begun + this.frames[this.done].time <= this.now + 1e-9) {
      const frame = this.frames[this.done];
      const before = this.pointing();
      changed = this.pods.follow(frame, this.now, this.done === 0) || changed;
      this.frame = frame;
      this.done++;
      const after = this.pointing();
      changed ||= before.canary !== after.canary || before.stable !== after.stable;
    }
    for (const pod of this.pods.all) {
      if (pod.crashIfDue(this.now)) this.users.countersOf(pod).app.reset();
      if (pod.addressedAt === this.now) changed = true;
    }
    if (changed) this.refreshAt ??= this.now + this.scraper.discoveryDelay();
    if (this.refreshAt !== undefined && this.refreshAt <= this.now) this.refresh();
    this.scraper.scrape(
      this.now,
      (target) => this.exposed(target),
      (target) => this.saw(target),
    );
  }

  private pointing(): Pointing {
    return this.frame.selects;
  }

  private refresh(): void {
    this.refreshAt = undefined;
    const { scraping } = this.options;
    const found = scraping.at(
      this.pods.all.map((pod) => pod.seen(this.now)),
      this.pointing(),
    );
    this.refused = found.refused;
    if (this.now < 0) {
      const [first] = this.pods.all;
      this.scrapedAtRest = found.targets.filter(({ pod }) => pod.name === first?.name);
    }
    this.scraper.follow(found.targets, this.now);
  }

  private saw(target: ScrapeTarget): void {
    const pod = this.pods.all.find(({ name }) => name === target.pod.name);
    if (pod && !this.firstScraped.has(pod.version)) this.firstScraped.set(pod.version, this.now);
  }

  private exposed(target: ScrapeTarget): readonly Exposed[] | undefined {
    const { scraping } = this.options;
    const { countersFromZero } = this.conditions.profile;
    const { bounds, growth } = scraping.exposition;
    const found: Exposed[] = [];
    let answers = false;
    for (const { counter, version, pod: name, samples } of scraping.exposedBy(
      target,
      this.pods.all.map((pod) => pod.seen(this.now)),
    )) {
      const pod = this.pods.all.find((one) => one.name === name);
      // A process that is down does not respond; its proxy and external processes do.
      if (counter === 'app' && !pod?.serves(this.now)) continue;
      answers = true;
      const counts = this.countsOf(counter, version, pod);
      for (const { name: metric, labels, shows } of samples) {
        const value =
          shows.type === 'requests'
            ? valueOf(shows, counts, { bounds, growth, countersFromZero })
            : this.ofContainer(shows, pod);
        if (value !== undefined) found.push({ name: metric, labels, value });
      }
    }
    return answers ? found : undefined;
  }

  /** What the cluster counts of a pod's container. */
  private ofContainer(shows: Exclude<Shown, { readonly type: 'requests' }>, pod: Pod | undefined): number | undefined {
    if (pod === undefined) return undefined;
    const { of, limit } = shows;
    if (of === 'restarts') return pod.crashes;
    if (isOfRestarts(of)) {
      const { restartReason = 'Error' } = this.conditions[pod.version === 'new' ? 'canary' : 'stable'];
      return pod.crashes > 0 && of === `last-terminated-${restartReason}` ? 1 : undefined;
    }
    const seconds = this.now - pod.firstUp;
    // A container that has not started uses nothing that could be shown.
    if (seconds < 0 && !of.endsWith('-limit')) return undefined;
    const { canary, stable, profile } = this.conditions;
    const used =
      pod.version === 'new'
        ? (canary.saturation ?? profile.saturation)
        : (stable.saturation ?? profile.baselineSaturation);
    return resourceValue(of, used, limit, seconds);
  }

  private countsOf(counter: Counter, version: Version, pod: Pod | undefined): RequestCounts {
    // The gateway and a waypoint see the same requests.
    if (pod === undefined) return this.users.gateway[version];
    const { app, proxy } = this.users.countersOf(pod);
    return counter === 'app' ? app : proxy;
  }
}

function atRest({ replicas, steps }: RolloutModel): Frame {
  return {
    time: 0,
    stepIndex: steps.length,
    weight: 0,
    canary: { spec: 0, available: 0 },
    stable: { spec: replicas, available: replicas },
    selects: { canary: 'old', stable: 'old' },
    routes: [],
    promoted: false,
    aborted: false,
    phase: 'Healthy',
    message: '',
  };
}
