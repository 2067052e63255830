import {
  type Graph,
  memoizeOnGraph,
  type Resource,
  type Rollout,
  type RunningPod,
  scrapeTargets,
  type ScrapeTarget,
  workloadOf,
} from '../../graph';
import type { StatedMetric } from '../sources/app';
import { Exposition } from '../sources/exposition';
import { lookUp, PROMETHEUS } from '../../versions';
import type { NativeHistograms, RecordingRule } from '../query/catalogue';
import { queriedMetrics } from '../sources/queried';
import type { DescribedSample } from '../sources/sample';
import type { TrafficProfile } from '../profile';
import {
  clusterTarget,
  gatewayTarget,
  isCluster,
  isGateway,
  isRouter,
  isWaypoint,
  routerTarget,
  waypointTarget,
} from './assumed';
import { type AssumedMonitor, assumedMonitor, ASSUMED_MONITOR } from './assumed-monitor';
import { routerOf } from './router';
import { recordingOf } from './recording';
import { refusedByMesh, unselected } from './refusals';
import { Surroundings } from './surroundings';
import { targetSideLabels } from './target-labels';
import type { Hashes, Pointing, ScrapedPod, Version } from './version';

/** The process that counts the requests of a target. */
export type Counter = 'app' | 'proxy' | 'gateway' | 'waypoint' | 'router' | 'cluster';

/** The samples that a target exposes of one counter. */
export interface ExposedSamples {
  readonly counter: Counter;
  readonly version: Version;
  /** Undefined for a process that counts the requests of all pods. */
  readonly pod: string | undefined;
  readonly samples: readonly DescribedSample[];
}

/** The targets while certain pods exist. */
export interface ScrapedNow {
  readonly targets: readonly ScrapeTarget[];
  /** Monitors without targets, and why. */
  readonly refused: ReadonlyMap<Resource, string>;
  /** Why the targets of the pods are not known; undefined where they are. */
  readonly unknown?: string;
}

export interface ScrapingOptions {
  readonly graph: Graph;
  readonly rollout: Rollout;
  readonly namespace: string;
  readonly hashes: Hashes;
  /** With all arguments filled in. */
  readonly queries: readonly string[];
  readonly stated: Readonly<Record<string, StatedMetric>>;
  readonly profile: Pick<TrafficProfile, 'latencyBuckets' | 'nativeBucketFactor' | 'scrapeInterval'>;
  /** The name of each version's workload. */
  readonly workloads: Readonly<Record<Version, string>>;
}

const monitorsOf = memoizeOnGraph((graph): readonly Resource[] =>
  ['ServiceMonitor', 'PodMonitor'].flatMap((kind) => graph.ofKind(kind, 'monitoring.coreos.com')),
);

/** The monitors that no Prometheus of the manifests selects, and why. */
const unselectedMonitors = memoizeOnGraph((graph): ReadonlyMap<Resource, string> => {
  const found = new Map<Resource, string>();
  for (const monitor of monitorsOf(graph)) {
    const why = unselected(graph, monitor);
    if (why !== undefined) found.set(monitor, why);
  }
  return found;
});

/**
 * What Prometheus scrapes of a rollout, and which series each target exposes: with the monitors of the manifests, or
 * with an assumed one if there is none. Both engines use only this model.
 */
export class Scraping {
  readonly exposition: Exposition;
  readonly surroundings: Surroundings;
  /** Assumptions of the model, one sentence each. */
  readonly assumptions: readonly string[];
  /** By metric: why its series are not known. */
  readonly refused: ReadonlyMap<string, string>;
  /** Recording rules that the queries need, in the order in which they are evaluated. */
  readonly rules: readonly RecordingRule[];
  private readonly assumed: AssumedMonitor | undefined;
  private readonly skipped: ReadonlyMap<Resource, string>;

  constructor(private readonly options: ScrapingOptions) {
    const { graph, rollout, namespace, hashes, stated, profile } = options;
    const recording = recordingOf(graph, options.queries);
    const { rules } = recording;
    this.rules = rules;
    const recorded = new Set([...rules.map(({ record }) => record), ...recording.refused.keys()]);
    const queries = [...options.queries, ...rules.map(({ expr }) => expr)];
    const targetSide = targetSideLabels(graph, rollout, hashes);
    this.surroundings = new Surroundings(graph, rollout, namespace, hashes, options.workloads);
    const { prometheus } = graph.releases;
    const router = routerOf(graph, rollout, namespace);
    this.exposition = new Exposition(queries, stated, targetSide, profile, prometheus, recorded, router);
    const monitors = monitorsOf(graph);
    this.skipped = unselectedMonitors(graph);
    const scraped = new Set([...this.exposition.ofApp.map(({ name }) => name), ...ISTIO_NAMES]);
    const asked = [...queriedMetrics(queries).values()].filter(({ name }) => scraped.has(name));
    const { canary, stable } = rollout.services;
    this.assumed =
      monitors.length > 0
        ? undefined
        : assumedMonitor(
            asked.filter(({ name }) => !ISTIO_NAMES.includes(name)),
            {
              namespace,
              podLabels: Object.keys(this.surroundings.labels),
              hashes,
              services: { canary: canary?.to.name, stable: stable?.to.name },
              isTargetLabel: targetSide,
            },
          );
    const assumptions = [...recording.assumptions, ...this.exposition.assumptions];
    if (this.assumed && asked.length > 0) {
      assumptions.push(
        `each pod is scraped once every ${this.globalInterval} s, with the labels of pods: no monitor is among the manifests`,
        ...this.assumed.assumptions,
      );
    }
    this.assumptions = assumptions;
    const refused = new Map([...this.exposition.refused, ...(this.assumed?.refused ?? []), ...recording.refused]);
    // A series of a rule is as reliable as those that it is computed from.
    for (const { record, expr } of rules) {
      const why = [...queriedMetrics([expr]).keys()].flatMap((name) => refused.get(name) ?? [])[0];
      if (why !== undefined) refused.set(record, `${record} is a recording rule of which ${why}`);
    }
    this.refused = refused;
  }

  /** How native histograms are made, and what the release of Prometheus makes of them. */
  get native(): NativeHistograms {
    const exponentially = lookUp(PROMETHEUS.spreadsExponentially, this.options.graph.releases.prometheus);
    return { growth: this.exposition.growth, spread: exponentially ? 'exponentially' : 'evenly' };
  }

  get capsExtrapolation(): boolean {
    return lookUp(PROMETHEUS.capsExtrapolation, this.options.graph.releases.prometheus);
  }

  get globalInterval(): number {
    return Math.max(1, Math.round(this.options.profile.scrapeInterval));
  }

  /** The targets while these pods exist and the Services select them like this. */
  at(pods: readonly ScrapedPod[], pointing: Pointing): ScrapedNow {
    const { graph, namespace } = this.options;
    const scrapeInterval = `${this.globalInterval}s`;
    const running = pods.map((pod) => this.surroundings.runningPod(pod));
    const others = [
      ...(this.exposition.fromGateway ? [gatewayTarget(this.globalInterval)] : []),
      ...(this.exposition.fromWaypoint ? [waypointTarget(this.globalInterval)] : []),
      ...(this.exposition.fromRouter ? [routerTarget(this.globalInterval)] : []),
      ...(this.exposition.fromCluster ? [clusterTarget(this.globalInterval)] : []),
    ];
    if (this.assumed) {
      const { targets } = scrapeTargets(this.assumed.graph, running.map(onePort), { namespace, scrapeInterval });
      return { targets: [...targets, ...others], refused: new Map() };
    }
    const selectors = this.surroundings.selectors(pointing);
    const found = scrapeTargets(graph, running, { namespace, selectors, scrapeInterval });
    const targets = found.targets
      .filter(({ job }) => !this.skipped.has(job.monitor))
      .map((target) => this.withRefusal(target));
    return {
      targets: [...targets, ...others],
      refused: new Map([...found.refused, ...this.skipped]),
      unknown: found.tooMany,
    };
  }

  private withRefusal(target: ScrapeTarget): ScrapeTarget {
    const { graph, rollout } = this.options;
    const why = target.fails ?? refusedByMesh(graph, workloadOf(graph, rollout.resource), target);
    return why === undefined ? target : { ...target, fails: why };
  }

  /** The samples of a target; none if nothing answers. */
  exposedBy(target: ScrapeTarget, pods: readonly ScrapedPod[]): readonly ExposedSamples[] {
    const { exposition, surroundings } = this;
    for (const [is, counter, reporter] of [
      [isGateway, 'gateway', 'source'],
      [isWaypoint, 'waypoint', 'waypoint'],
    ] as const) {
      if (!is(target)) continue;
      return (['new', 'old'] as const).map((version) => {
        const to = surroundings.destination(version, version === 'new' ? 'canary' : 'stable');
        return { counter, version, pod: undefined, samples: exposition.ofProxy(reporter, to) };
      });
    }
    if (isRouter(target)) {
      return (['new', 'old'] as const).map((version) => ({
        counter: 'router',
        version,
        pod: undefined,
        samples: exposition.ofRouter(version),
      }));
    }
    if (isCluster(target)) return pods.map((pod) => this.ofCluster(pod));
    const pod = pods.find(({ name }) => name === target.pod.name);
    if (pod === undefined) return [];
    const { version } = pod;
    const { app, proxy } = this.answersAt(target);
    const found: ExposedSamples[] = [];
    if (app) found.push({ counter: 'app', version, pod: pod.name, samples: exposition.ofApp });
    if (proxy) {
      const to = surroundings.destination(version, version === 'new' ? 'canary' : 'stable');
      found.push({ counter: 'proxy', version, pod: pod.name, samples: exposition.ofProxy('destination', to) });
    }
    return found;
  }

  private ofCluster({ name, version }: ScrapedPod): ExposedSamples {
    const labels = { namespace: this.options.namespace, pod: name, uid: name };
    const { limitedContainers } = this.surroundings;
    const containers = limitedContainers.length === 0 ? [{ name: 'app' }] : limitedContainers;
    return { counter: 'cluster', version, pod: name, samples: this.exposition.ofPod(labels, containers) };
  }

  private answersAt({ job, url }: ScrapeTarget): { readonly app: boolean; readonly proxy: boolean } {
    const { exposition, surroundings } = this;
    if (job.monitor.name === ASSUMED_MONITOR && this.assumed) {
      return { app: true, proxy: exposition.fromProxies && surroundings.hasProxy };
    }
    const { port, pathname } = new URL(url);
    return surroundings.exposedAt(Number(port), pathname);
  }
}

const ISTIO_NAMES: readonly string[] = ['', '_bucket', '_sum', '_count']
  .map((suffix) => `istio_request_duration_milliseconds${suffix}`)
  .concat('istio_requests_total');

/** The assumed monitor knows one port of each pod. */
const onePort = (pod: RunningPod): RunningPod => ({
  ...pod,
  initContainers: [],
  containers: [{ ...(pod.containers[0] ?? { name: 'app' }), ports: [{ number: 8080, name: 'metrics' }] }],
});
