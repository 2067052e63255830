import { graphOf, Graph, memoizeOnGraph, rollouts, type Rollout } from '../../graph';
import {
  assumedObjects,
  measuredMetrics,
  type AnalysisRun,
  type Frame,
  type MetricModel,
  type RolloutModel,
} from '../../controller';
import { wholeProfile, type TrafficProfile } from '../profile';
import type { StatedMetric } from '../sources/app';
import { Arguments } from './arguments';
import { namespaceOf } from './namespace';
import { Scraping } from './scraping';
import { seriesCatalogue } from './series';
import type { SeriesCatalogue } from '../query/catalogue';
import { podPrefix, SYNTHETIC_HASHES, type Hashes, type Version } from './version';

/** The manifests around a rollout. */
export interface Around {
  readonly graph: Graph;
  readonly rollout: Rollout;
}

/** The inputs of a description. */
export interface DescriptionOptions {
  readonly model: RolloutModel;
  /** Undefined if only the model is known. */
  readonly around?: Around;
  /** The value if the manifests state none. */
  readonly namespace?: string;
  /** What the user states about metrics of the app. */
  readonly metrics?: Readonly<Record<string, StatedMetric>>;
  readonly profile?: Partial<TrafficProfile>;
  /** Default: SYNTHETIC_HASHES. */
  readonly hashes?: Hashes;
}

/** Placeholder for a value that only exists in a running rollout and does not change the result. */
const ANY_FRAME: Frame = {
  time: 0,
  stepIndex: 0,
  weight: 50,
  canary: { spec: 1, available: 1 },
  stable: { spec: 1, available: 1 },
  selects: { canary: 'new', stable: 'old' },
  routes: [],
  promoted: false,
  aborted: false,
  phase: 'Progressing',
  message: '',
};

/**
 * The description of a rollout's traffic that both engines use: where requests are counted, with which labels, and what
 * Prometheus scrapes.
 */
export class TrafficDescription {
  readonly namespace: string;
  readonly hashes: Hashes;
  readonly scraping: Scraping;
  readonly around: Around;
  /** Assumptions, one sentence each. */
  readonly assumptions: readonly string[];
  private readonly filler: Arguments;
  private readonly podPrefix: (version: Version) => string;
  private known: SeriesCatalogue | undefined;

  constructor(private readonly options: DescriptionOptions) {
    const { model, metrics = {}, hashes = SYNTHETIC_HASHES } = options;
    const profile = wholeProfile(options.profile);
    this.hashes = hashes;
    this.around = options.around ? nearest(options.around) : fromModel(model);
    const { graph, rollout } = this.around;
    const queries = measuredMetrics(model).flatMap(({ query }) => query ?? []);
    const { namespace, note } = namespaceOf(model, options.namespace, queries);
    this.namespace = namespace;
    const { flagger, services } = model;
    const workloads = { new: services?.canary ?? model.name, old: services?.stable ?? model.name };
    const names = flagger ? workloads : { new: model.name, old: model.name };
    this.podPrefix = (version) => podPrefix(names[version], version === 'new' ? hashes.canary : hashes.stable);
    this.filler = new Arguments(graph, rollout, model, namespace, hashes);
    this.scraping = new Scraping({
      graph,
      rollout,
      namespace,
      hashes,
      queries: analysed(model).flatMap(({ metric, ...use }) => this.fill(metric, use, ANY_FRAME).metric.query ?? []),
      stated: metrics,
      profile,
      workloads: names,
    });
    this.assumptions = [
      ...(options.around ? assumedObjects(options.around.rollout) : []),
      ...(note === undefined ? [] : [note]),
      ...this.scraping.assumptions,
    ];
  }

  /** Upper bounds of the histograms' buckets in seconds. Those of the profile if no query reads a bucket. */
  get bounds(): readonly number[] {
    const { bounds } = this.scraping.exposition;
    return bounds.length > 0 ? bounds : wholeProfile(this.options.profile).latencyBuckets;
  }

  /** All series with their labels. */
  get catalogue(): SeriesCatalogue {
    this.known ??= seriesCatalogue(this.scraping, this.podPrefix, this.options.metrics ?? {}, {
      isBlueGreen: this.options.model.blueGreen !== undefined,
    });
    return this.known;
  }

  /** A metric with all arguments filled in, with their values in the plan when its AnalysisRun is created. */
  filled({ metric, ...use }: Analysed): MetricModel {
    const { stepIndex } = use;
    const weight = weightAt(this.options.model, stepIndex);
    return this.fill(metric, use, { ...ANY_FRAME, stepIndex, weight }).metric;
  }

  /** A metric with all arguments filled in, as they are when its AnalysisRun is created, and those without a value. */
  fill(
    metric: MetricModel,
    use: Omit<Analysed, 'metric'>,
    frame: Frame | undefined,
  ): { readonly metric: MetricModel; readonly missing: readonly string[] } {
    return this.filler.fill(metric, use, frame);
  }
}

/** A metric with the analysis that it is in. */
export interface Analysed extends Pick<AnalysisRun, 'background' | 'stepIndex' | 'experiment'> {
  readonly metric: MetricModel;
}

/** Every metric with the analysis that it is in, those of experiments among them. */
export function analysed(model: RolloutModel): Analysed[] {
  return [
    ...model.steps.flatMap(({ analysis, experiment }, stepIndex) => [
      ...(analysis?.metrics ?? []).map((metric) => ({ background: false, stepIndex, metric })),
      ...(experiment?.analyses ?? []).flatMap(({ name, analysis: { metrics } }) =>
        metrics.map((metric) => ({ background: false, stepIndex, experiment: name, metric })),
      ),
    ]),
    ...(model.background?.analysis.metrics ?? []).map((metric) => ({ background: true, metric })),
  ];
}

/** The cluster of a rollout. If environments are in separate folders and share object names, only its own folder. */
function nearest({ graph, rollout }: Around): Around {
  const { origin, namespace } = rollout.resource;
  const known = byPlace(graph);
  const key = JSON.stringify([origin.file, namespace ?? null]);
  let own = known.get(key);
  if (own === undefined) {
    const things = wrapped(graph);
    const near = graph.nearestOfEach(things, rollout.resource);
    own = near === things ? graph : new Graph(near.map(({ resource }) => resource)).on(graph.releases);
    known.set(key, own);
  }
  return { graph: own, rollout };
}

/** Rollouts of one file and namespace have the same cluster. */
const byPlace = memoizeOnGraph(() => new Map<string, Graph>());

const wrapped = memoizeOnGraph((graph) => graph.resources.map((resource) => ({ resource })));

/** A model alone: a Rollout and its Services, and nothing that scrapes. */
function fromModel({ name, namespace, replicas, services = {}, trafficRouting }: RolloutModel): Around {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const labels = { app: name };
  const { canary: canaryService, stable: stableService } = services;
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata,
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name }] } },
      strategy: {
        canary: {
          ...(canaryService === undefined ? {} : { canaryService }),
          ...(stableService === undefined ? {} : { stableService }),
          ...(trafficRouting === undefined ? {} : { trafficRouting: { [trafficRouting]: {} } }),
        },
      },
    },
  };
  const graph = graphOf([
    { origin: name, manifest: rollout },
    ...[canaryService, stableService].flatMap((one) =>
      one === undefined
        ? []
        : {
            origin: one,
            manifest: {
              apiVersion: 'v1',
              kind: 'Service',
              metadata: { ...metadata, name: one },
              spec: { selector: labels, ports: [{ name: 'http', port: 80 }] },
            },
          },
    ),
  ]);
  return { graph, rollout: rollouts(graph)[0] };
}

/** The weight when the AnalysisRun of a step is created. Undefined for the background analysis. */
function weightAt({ steps, background }: RolloutModel, stepIndex: number | undefined): number {
  // The background analysis starts before the router gets the weight of its starting step.
  const last = stepIndex ?? (background?.startingStep ?? 0) - 1;
  for (let i = Math.min(last, steps.length - 1); i >= 0; i--) {
    const { setWeight } = steps[i];
    if (setWeight !== undefined) return setWeight;
  }
  return 0;
}
