import { type Graph, type Resource, type Rollout, scrapeTargets, type ScrapeTarget } from '../../graph';
import type { Frame, RolloutModel } from '../../controller';
import type { Exposed } from '../metrics/app';
import type { Exposition } from '../metrics/exposition';
import type { Series } from '../prometheus';
import { clusterTarget, gatewayTarget, isCluster, isGateway } from './assumed';
import type { Conditions } from './conditions';
import { type Hashes, Pods, type Version } from './pods';
import { PROMETHEUS_TIMING, Scraper } from './scraper';
import { type Pointing, Surroundings } from './surroundings';
import { Users } from './traffic';

/** What a cluster is made from. */
export interface ClusterOptions {
  readonly graph: Graph;
  readonly rollout: Rollout;
  readonly model: RolloutModel;
  readonly namespace: string;
  readonly hashes: Hashes;
  readonly exposition: Exposition;
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
  private readonly surroundings: Surroundings;
  private now: number;
  private begun = 0;
  private frames: readonly Frame[] = [];
  private done = 0;
  private frame: Frame;
  private canaryHasServed = false;
  /** When Prometheus will know of what has changed; undefined while it knows everything. */
  private refreshAt: number | undefined;
  private conditions: Conditions;

  constructor(private readonly options: ClusterOptions) {
    const { model, conditions, exposition, seed, hashes, history, epoch } = options;
    this.conditions = conditions;
    this.pods = new Pods(model, () => this.conditions, hashes, seed + 1);
    this.users = new Users(conditions, exposition.bounds, seed + 2);
    this.scraper = new Scraper(
      { ...PROMETHEUS_TIMING, jitter: conditions.profile.scrapeJitter || PROMETHEUS_TIMING.jitter },
      epoch,
      seed + 3,
    );
    this.surroundings = new Surroundings(options.graph, options.rollout, options.namespace, hashes);
    this.now = -history;
    this.frame = atRest(model);
    this.refreshAt = this.now;
    this.users.remember(this.pods.all, this.now);
  }

  /** The world is another from now on. */
  change(conditions: Conditions): void {
    this.conditions = conditions;
    this.users.change(conditions);
  }

  /** Another update begins now, perhaps in another world. */
  begin(conditions: Conditions): void {
    this.change(conditions);
    this.pods.newAttempt();
    this.begun = this.now;
    this.frames = [];
    this.done = 0;
    this.canaryHasServed = false;
    this.firstScraped.delete('new');
  }

  get time(): number {
    return this.now;
  }

  /** When the update under way began. */
  get start(): number {
    return this.begun;
  }

  /** Lets time pass. The frames are those of the update under way, complete up to that moment. */
  advance(to: number, frames: readonly Frame[]): void {
    this.frames = frames;
    while (this.now < to) {
      this.happen();
      const next = Math.min(to, this.nextEvent());
      const { weight } = this.frame;
      this.users.flow(this.now, next, weight / this.options.model.maxTrafficWeight, this.pods.all, this.begun);
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
      if (frame.canary.available > 0) this.canaryHasServed = true;
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

  /** The canary Service follows the new pods once one of them serves, and goes back when the update is aborted. */
  private pointing(): Pointing {
    const { promoted, aborted } = this.frame;
    if (promoted) return { canary: 'new', stable: 'new' };
    return { canary: this.canaryHasServed && !aborted ? 'new' : 'old', stable: 'old' };
  }

  private refresh(): void {
    this.refreshAt = undefined;
    const { graph, namespace, exposition } = this.options;
    const seconds = Math.max(1, Math.round(this.conditions.profile.scrapeInterval));
    const found = scrapeTargets(
      graph,
      this.pods.all.map((pod) => this.surroundings.runningPod(pod, this.now)),
      {
        namespace,
        selectors: this.surroundings.selectors(this.pointing()),
        scrapeInterval: `${seconds}s`,
      },
    );
    this.refused = found.refused;
    const targets = [
      ...found.targets,
      ...(exposition.fromGateway ? [gatewayTarget(seconds)] : []),
      ...(exposition.fromCluster ? [clusterTarget(seconds)] : []),
    ];
    if (this.now < 0) {
      const [first] = this.pods.all;
      this.scrapedAtRest = found.targets.filter(({ pod }) => pod.name === first?.name);
    }
    this.scraper.follow(targets, this.now);
  }

  private saw(target: ScrapeTarget): void {
    const pod = this.pods.all.find(({ name }) => name === target.pod.name);
    if (pod && !this.firstScraped.has(pod.version)) this.firstScraped.set(pod.version, this.now);
  }

  private exposed(target: ScrapeTarget): readonly Exposed[] | undefined {
    const { exposition } = this.options;
    if (isGateway(target)) {
      return (['new', 'old'] as const).flatMap((version) =>
        exposition.ofProxy(
          'source',
          this.surroundings.destination(version, version === 'new' ? 'canary' : 'stable'),
          this.users.gateway[version],
        ),
      );
    }
    if (isCluster(target)) return this.clusterMetrics();
    const pod = this.pods.all.find(({ name }) => name === target.pod.name);
    if (pod === undefined) return undefined;
    const { port, pathname } = new URL(target.url);
    const { app, proxy } = this.surroundings.exposedAt(Number(port), pathname);
    const serves = pod.serves(this.now);
    if (!proxy && !(app && serves)) return undefined;
    const counters = this.users.countersOf(pod);
    const side = pod.version === 'new' ? 'canary' : 'stable';
    return [
      ...(app && serves ? exposition.ofApp(counters.app) : []),
      ...(proxy
        ? exposition.ofProxy('destination', this.surroundings.destination(pod.version, side), counters.proxy)
        : []),
    ];
  }

  private clusterMetrics(): Exposed[] {
    return this.pods.all.flatMap((pod) => {
      const labels = { namespace: this.options.namespace, pod: pod.name, uid: pod.name };
      return this.surroundings.containerNames.flatMap((container): Exposed[] => [
        { name: 'kube_pod_container_status_restarts_total', labels: { ...labels, container }, value: pod.crashes },
        ...(pod.crashes > 0
          ? [
              {
                name: 'kube_pod_container_status_last_terminated_reason',
                labels: { ...labels, container, reason: 'Error' },
                value: 1,
              },
            ]
          : []),
      ]);
    });
  }
}

function atRest({ replicas, steps }: RolloutModel): Frame {
  return {
    time: 0,
    stepIndex: steps.length,
    weight: 0,
    canary: { spec: 0, available: 0 },
    stable: { spec: replicas, available: replicas },
    promoted: false,
    aborted: false,
    phase: 'Healthy',
    message: '',
  };
}
