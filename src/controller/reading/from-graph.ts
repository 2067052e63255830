import { PROGRESS_DEADLINE_SECONDS } from '../../formats/argo-rollouts/defaults';
import { readGoDuration } from '../../formats/go-duration';
import {
  analysesIn,
  rolloutOf,
  rollouts,
  scalersOf,
  type AnalysisUse,
  type Field,
  type Graph,
  type Resource,
  type Rollout,
  unsplitPath,
} from '../../graph';
import { AnalysisReader, sayAt } from './analyses-from-graph';
import { assumedObjects } from './assumed-objects';
import { blueGreenStages } from '../argo';
import { beyondBudgets } from '../budgets';
import type {
  AnalysisModel,
  BlueGreenModel,
  ExperimentModel,
  ExperimentTemplateModel,
  MetricModel,
  RolloutModel,
  StepModel,
} from '../model';
import { withReplicas } from '../replicas';
import { controllerBehaviour, NEWEST } from '../../versions';

/** The model of an update, or why there is none. */
export interface PlannedUpdate {
  /** A Rollout of Argo Rollouts, or a Canary of Flagger. */
  readonly resource: Resource;
  /** Undefined if there are `problems`. */
  readonly model: RolloutModel | undefined;
  /** Why the controller refuses it, or why it cannot be planned: where, what was found, and what to do. */
  readonly problems: readonly string[];
  /** What the plan could not take into account. */
  readonly notes: readonly string[];
  /** The assumptions about objects that are not in the input, one sentence each. */
  readonly assumed: readonly string[];
  /** Where each metric of the model is written. */
  readonly sources: ReadonlyMap<MetricModel, Field>;
}

/** A Rollout of Argo's. */
export interface PlannedRollout extends PlannedUpdate {
  readonly rollout: Rollout;
}

/** The models of all Rollouts of a set of manifests. */
export function plannedRollouts(graph: Graph): PlannedRollout[] {
  return rollouts(graph).map((rollout) => new Reader(graph, rollout).read());
}

/** The model of one Rollout, without reading the others. Undefined if the resource is no Rollout of the graph. */
export function plannedRollout(graph: Graph, resource: Resource): PlannedRollout | undefined {
  const rollout = rolloutOf(graph, resource);
  return rollout && new Reader(graph, rollout).read();
}

/** Undefined if the graph is for the newest release, which is the default of a model. */
function controllerOf({ releases: { argoRollouts } }: Graph): Pick<RolloutModel, 'controller'> {
  return NEWEST.argoRollouts.includes(argoRollouts) ? {} : { controller: controllerBehaviour(argoRollouts) };
}

const DEFAULT_REPLICAS = 1;

class Reader {
  private readonly problems: string[] = [];
  private readonly notes: string[] = [];
  private readonly analyses: AnalysisReader;

  constructor(
    private readonly graph: Graph,
    private readonly rollout: Rollout,
  ) {
    this.analyses = new AnalysisReader(this.problems, graph.releases.argoRollouts);
  }

  read(): PlannedRollout {
    const { rollout } = this;
    const { resource } = rollout;
    const { sources } = this.analyses;
    if (rollout.strategy === undefined) {
      this.problems.push(`${resource.toString()} has no strategy; give it strategy.canary or strategy.blueGreen`);
      return { rollout, resource, model: undefined, problems: this.problems, notes: [], assumed: [], sources };
    }
    const replicas = this.replicas();
    const model = rollout.strategy === 'canary' ? this.canary(replicas) : this.blueGreen(replicas);
    this.checkBudgets(model);
    const spec = resource.field('spec');
    for (const name of ['rollbackWindow', 'restartAt'].filter((key) => spec.get(key).exists)) {
      this.notes.push(`spec.${name} plays no part in an update to a new version`);
    }
    const { problems, notes } = this;
    const assumed = assumedObjects(rollout);
    return { rollout, resource, model: problems.length > 0 ? undefined : model, problems, notes, assumed, sources };
  }

  /** The fields that both strategies have. `strategy` contains the delays. */
  private common(
    replicas: number,
    strategy: Field,
  ): Omit<RolloutModel, 'steps' | 'maxSurge' | 'maxUnavailable' | 'maxTrafficWeight' | 'scaleDownDelaySeconds'> {
    const { resource } = this.rollout;
    const spec = resource.field('spec');
    return {
      ...controllerOf(this.graph),
      name: resource.name,
      namespace: resource.namespace,
      replicas,
      dynamicStableScale: false,
      waitsForAllPods: false,
      minReadySeconds: spec.get('minReadySeconds').integer ?? 0,
      progressDeadlineSeconds: spec.get('progressDeadlineSeconds').integer ?? PROGRESS_DEADLINE_SECONDS,
      progressDeadlineAbort: spec.get('progressDeadlineAbort').boolean ?? false,
      rollbackWindow: spec.get('rollbackWindow', 'revisions').integer,
      scaleDownDelayRevisionLimit: strategy.get('scaleDownDelayRevisionLimit').integer,
      abortScaleDownDelaySeconds: strategy.get('abortScaleDownDelaySeconds').integer,
      paused: spec.get('paused').boolean ?? false,
    };
  }

  private blueGreen(replicas: number): RolloutModel {
    const { rollout, graph } = this;
    const { resource, blueGreen: field, services } = rollout;
    const uses = analysesIn(graph, resource);
    const analysis = (place: AnalysisUse['place'], name: string, words: string): AnalysisModel | undefined => {
      const use = uses.find((one) => one.place === place);
      if (use === undefined) return undefined;
      if (use.templates.length === 0) {
        this.say(
          field.get(name),
          `${name} names no template, so that the rollout never goes on; name one, or remove it`,
        );
      }
      return this.ending(use, `${words} analysis`);
    };
    const blueGreen: BlueGreenModel = {
      autoPromotionEnabled: field.get('autoPromotionEnabled').boolean ?? true,
      autoPromotionSeconds: field.get('autoPromotionSeconds').integer ?? 0,
      previewReplicaCount: field.get('previewReplicaCount').integer,
      prePromotion: analysis('prePromotion', 'prePromotionAnalysis', 'pre-promotion'),
      postPromotion: analysis('postPromotion', 'postPromotionAnalysis', 'post-promotion'),
      previewService: services.preview !== undefined,
      keepsPodsForAnalysis: !field.get('scaleDownDelaySeconds').exists,
    };
    if (!services.active) this.say(field, 'activeService is missing; name the Service that all users reach');
    const { previewReplicaCount = 0 } = blueGreen;
    if (previewReplicaCount > replicas) {
      this.say(
        field.get('previewReplicaCount'),
        `previewReplicaCount is ${previewReplicaCount}, more than the ${replicas} replicas; give at most as many`,
      );
    }
    if (!blueGreen.autoPromotionEnabled && blueGreen.autoPromotionSeconds > 0) {
      this.notes.push('autoPromotionSeconds has no effect, because autoPromotionEnabled is false');
    }
    return {
      ...this.common(replicas, field),
      steps: blueGreenStages(blueGreen),
      blueGreen,
      maxSurge: 0,
      maxUnavailable: 0,
      maxTrafficWeight: 100,
      scaleDownDelaySeconds: field.get('scaleDownDelaySeconds').integer ?? 30,
      services: { canary: services.preview?.to.name, stable: services.active?.to.name },
    };
  }

  private canary(replicas: number): RolloutModel {
    const { rollout } = this;
    const { resource, canary } = rollout;
    const analyses = analysesIn(this.graph, resource);
    const steps = rollout.steps.map(({ field, index }) => this.step(field, index, analyses));
    const background = analyses.find(({ place }) => place === 'background');
    const router = canary
      .get('trafficRouting')
      .entries()
      .find(([name]) => ROUTERS.has(name))?.[0];
    const threshold = canary.get('replicaProgressThreshold');
    const services = rollout.services;
    const path = unsplitPath(this.graph, rollout);
    if (path !== undefined) {
      this.notes.push(
        `requests through ${path.resource.toString()} go to the stable pods alone until the promotion, because '${services.stable!.to.name}' selects only these; the shares are those of the pods`,
      );
    }
    return {
      ...this.common(replicas, canary),
      steps,
      trafficRouting: router,
      ...this.surge(replicas),
      maxTrafficWeight: canary.get('trafficRouting', 'maxTrafficWeight').integer ?? 100,
      dynamicStableScale: canary.get('dynamicStableScale').boolean ?? false,
      minPodsPerReplicaSet: canary.get('minPodsPerReplicaSet').integer,
      replicaProgressThreshold: threshold.exists
        ? { percent: threshold.get('type').string === 'Percent', value: threshold.get('value').integer ?? 0 }
        : undefined,
      scaleDownDelaySeconds: router === undefined ? 0 : (canary.get('scaleDownDelaySeconds').integer ?? 30),
      waitsForAllPods: router === 'istio' && !services.canary && !services.stable,
      services: {
        canary: services.canary?.to.name,
        stable: services.stable?.to.name,
      },
      ...(services.ping ? { pingPong: true } : {}),
      background:
        background && background.templates.length > 0
          ? {
              analysis: this.analyses.read(background, 'background analysis'),
              startingStep: background.field.get('startingStep').integer,
            }
          : undefined,
    };
  }

  /** A model beyond the limits is refused, with the place of the field. */
  private checkBudgets(model: RolloutModel): void {
    const { rollout } = this;
    const { sources } = this.analyses;
    const replicas = rollout.resource.field('spec', 'replicas');
    const asked = [
      rollout.canary.get('minPodsPerReplicaSet'),
      ...rollout.steps.map(({ field }) => field.get('setCanaryScale', 'replicas')),
    ].map((field) => ({ field, pods: field.integer ?? 0 }));
    asked.push({ field: replicas, pods: model.replicas });
    const weights = rollout.steps.flatMap(({ field }) => [
      field.get('setWeight'),
      field.get('setCanaryScale', 'weight'),
    ]);
    const full = model.trafficRouting === undefined ? 100 : Math.max(1, model.maxTrafficWeight);
    const byWeight = weights.map((field) => ({
      field,
      pods: Math.ceil(((field.integer ?? 0) / full) * model.replicas),
    }));
    for (const { field, what } of beyondBudgets(model, [...asked, ...byWeight], rollout.canary.get('steps'), sources))
      this.say(field, `${field.toString()} ${what}`);
  }

  private say(field: Field, what: string): void {
    sayAt(this.problems, field, what);
  }

  private replicas(): number {
    const field = this.rollout.resource.field('spec', 'replicas');
    const replicas = field.integer;
    if (field.exists && (replicas === undefined || replicas < 0))
      this.say(field, `replicas is ${JSON.stringify(field.value)}; give a number of pods`);
    const scaled = scalersOf(this.graph, this.rollout.resource).flatMap(({ resource, least }) => {
      const pods = least.integer ?? (resource.kind === 'HorizontalPodAutoscaler' ? 1 : undefined);
      return pods === undefined ? [] : { resource, pods };
    })[0];
    if (scaled !== undefined && scaled.pods > (replicas ?? 0)) {
      this.notes.push(`${scaled.pods} pods, the least that ${scaled.resource.toString()} allows`);
      return scaled.pods;
    }
    if (!field.exists) this.notes.push(`spec.replicas is not stated: ${DEFAULT_REPLICAS} pod is assumed`);
    return replicas ?? DEFAULT_REPLICAS;
  }

  /** Numbers of pods, or percentages of the replicas, also without a percent sign. */
  private surge(replicas: number): Pick<RolloutModel, 'maxSurge' | 'maxUnavailable' | 'percentages'> {
    const stated = (name: string): { readonly pods: number; readonly percent?: number } => {
      const { value } = this.rollout.canary.get(name);
      if (typeof value === 'number') return { pods: value };
      return { pods: 0, percent: Number(String(value ?? '25').replace('%', '')) };
    };
    const [most, least] = [stated('maxSurge'), stated('maxUnavailable')];
    return withReplicas(
      {
        replicas,
        maxSurge: most.pods,
        maxUnavailable: least.pods,
        percentages: { maxSurge: most.percent, maxUnavailable: least.percent },
      },
      replicas,
    );
  }

  private step(field: Field, index: number, analyses: readonly AnalysisUse[]): StepModel {
    const weight = field.get('setWeight').integer;
    const use = analyses.find(({ place, step }) => place === 'step' && step === index);
    const scale = field.get('setCanaryScale');
    const experiment = field.get('experiment');
    const route = (name: 'setHeaderRoute' | 'setMirrorRoute'): StepModel['setMirrorRoute'] => {
      const given = field.get(name);
      const percentage = given.get('percentage').integer;
      return given.exists
        ? {
            name: given.get('name').string ?? '',
            removes: given.get('match').items().length === 0,
            ...(percentage === undefined ? {} : { percentage }),
          }
        : undefined;
    };
    return {
      setWeight: weight,
      pause: field.get('pause').exists ? { seconds: this.pauseSeconds(field.get('pause', 'duration')) } : undefined,
      setCanaryScale: scale.exists
        ? {
            replicas: scale.get('replicas').integer,
            weight: scale.get('weight').integer,
            matchTrafficWeight: scale.get('matchTrafficWeight').boolean,
          }
        : undefined,
      analysis: use && this.ending(use, `analysis of step ${index + 1}`),
      experiment: experiment.exists ? this.experiment(experiment, index, analyses) : undefined,
      setHeaderRoute: route('setHeaderRoute'),
      setMirrorRoute: route('setMirrorRoute'),
      plugin: field.get('plugin').exists ? { name: field.get('plugin', 'name').string ?? '' } : undefined,
    };
  }

  private experiment(field: Field, index: number, uses: readonly AnalysisUse[]): ExperimentModel {
    const analyses = uses.filter(({ place, step }) => place === 'experiment' && step === index);
    return {
      seconds: this.duration(field.get('duration')),
      templates: field.get('templates').items().map(experimentTemplate),
      analyses: analyses.map((use) => {
        const name = use.field.get('name').string ?? '';
        return {
          name,
          analysis: this.analyses.read(use, `analysis '${name}' of the experiment in step ${index + 1}`, field),
          required: use.field.get('requiredForCompletion').boolean ?? false,
        };
      }),
      scaleDownDelaySeconds: field.get('scaleDownDelaySeconds').integer,
    };
  }

  /** Bare numbers are seconds, also as text. */
  private pauseSeconds(field: Field): number | undefined {
    if (!field.exists) return undefined;
    const seconds = field.integer ?? (field.string === undefined ? undefined : readGoDuration(field.string));
    if (seconds === undefined || seconds < 0) {
      this.say(
        field,
        `the pause lasts ${JSON.stringify(field.value)}; give seconds, or a duration such as 5m or 1h30m`,
      );
      return 0;
    }
    // The controller counts whole seconds.
    return Math.trunc(seconds);
  }

  private duration(field: Field): number | undefined {
    if (!field.exists) return undefined;
    const seconds = field.string === undefined ? undefined : readGoDuration(field.string);
    if (seconds === undefined) this.say(field, `'${String(field.value)}' is not a duration such as 30s or 5m`);
    return seconds;
  }

  /** The controller refuses an analysis that must end but never does. */
  private ending(use: AnalysisUse, where: string): AnalysisModel {
    const analysis = this.analyses.read(use, where);
    const endless = analysis.metrics.find(({ count }) => count === undefined);
    if (endless) {
      this.say(
        use.field,
        `metric '${endless.name}' of the ${where} has an interval and no count, so that it runs for ever and the controller refuses it; give a count`,
      );
    }
    return analysis;
  }
}

function experimentTemplate(field: Field): ExperimentTemplateModel {
  const weight = field.get('weight').integer;
  const relabelled = ['labels', 'annotations'].some((key) => field.get('metadata', key).entries().length > 0);
  return {
    name: field.get('name').string ?? '',
    version: field.get('specRef').string === 'stable' ? 'stable' : 'canary',
    replicas: field.get('replicas').integer ?? 1,
    ...(weight === undefined ? {} : { weight }),
    ...(relabelled ? { relabelled } : {}),
  };
}

const ROUTERS = new Set(['istio', 'nginx', 'alb', 'smi', 'ambassador', 'appMesh', 'traefik', 'apisix', 'plugins']);
