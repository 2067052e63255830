import { readGoDuration } from '../formats/go-duration';
import { goMatches } from '../formats/go-regexp';
import {
  analysesIn,
  metricViolations,
  rollouts,
  scalersOf,
  type AnalysisUse,
  type Field,
  type Graph,
  type Resource,
  type Rollout,
} from '../graph';
import type { AnalysisModel, MetricModel, RolloutModel, StepModel } from './model';
import { controllerBehaviour, NEWEST } from '../versions';

/** Put into queries in place of the hashes that only the cluster knows. */
export const CANARY_HASH = 'canary-pod-template-hash';
export const STABLE_HASH = 'stable-pod-template-hash';

/** An update by canary as a model, or why it cannot be one. */
export interface PlannedUpdate {
  /** A Rollout of Argo's, or a Canary of Flagger's. */
  readonly resource: Resource;
  /** Undefined where `problems` says why. */
  readonly model: RolloutModel | undefined;
  /** Why the controller would refuse it, or nobody could plan it: where, what, and what would be right. */
  readonly problems: readonly string[];
  /** What the plan could not take into account. */
  readonly notes: readonly string[];
  /** Where each metric of the model is written. */
  readonly sources: ReadonlyMap<MetricModel, Field>;
}

/** A Rollout of Argo's. */
export interface PlannedRollout extends PlannedUpdate {
  readonly rollout: Rollout;
}

/** All Rollouts of a set of manifests, made ready to be planned. */
export function plannedRollouts(graph: Graph): PlannedRollout[] {
  return rollouts(graph).map((rollout) => new Reader(graph, rollout).read());
}

/** Nothing where the graph is meant for the newest release, whose controller every model means that names none. */
function controllerOf({ releases: { argoRollouts } }: Graph): Pick<RolloutModel, 'controller'> {
  return NEWEST.argoRollouts.includes(argoRollouts) ? {} : { controller: controllerBehaviour(argoRollouts) };
}

const DEFAULT_REPLICAS = 1;

class Reader {
  private readonly problems: string[] = [];
  private readonly notes: string[] = [];
  private readonly sources = new Map<MetricModel, Field>();

  constructor(
    private readonly graph: Graph,
    private readonly rollout: Rollout,
  ) {}

  read(): PlannedRollout {
    const { rollout } = this;
    const { resource, canary } = rollout;
    if (rollout.strategy !== 'canary') {
      const what = rollout.strategy === 'blueGreen' ? 'is a blue-green rollout' : 'has no strategy';
      this.problems.push(`${resource.toString()} ${what}; only rollouts by canary can be planned`);
      return { rollout, resource, model: undefined, problems: this.problems, notes: [], sources: this.sources };
    }
    const analyses = analysesIn(this.graph, resource);
    const replicas = this.replicas();
    const steps = rollout.steps.map(({ field, index }) => this.step(field, index, analyses));
    const background = analyses.find(({ place }) => place === 'background');
    const router = canary
      .get('trafficRouting')
      .entries()
      .find(([name]) => ROUTERS.has(name))?.[0];
    const spec = resource.field('spec');
    const threshold = canary.get('replicaProgressThreshold');
    const services = rollout.services;
    const model: RolloutModel = {
      ...controllerOf(this.graph),
      name: resource.name,
      namespace: resource.namespace,
      replicas,
      steps,
      trafficRouting: router,
      ...this.surge(replicas),
      maxTrafficWeight: canary.get('trafficRouting', 'maxTrafficWeight').integer ?? 100,
      dynamicStableScale: canary.get('dynamicStableScale').boolean ?? false,
      minPodsPerReplicaSet: canary.get('minPodsPerReplicaSet').integer,
      replicaProgressThreshold: threshold.exists
        ? { percent: threshold.get('type').string === 'Percent', value: threshold.get('value').integer ?? 0 }
        : undefined,
      minReadySeconds: spec.get('minReadySeconds').integer ?? 0,
      progressDeadlineSeconds: spec.get('progressDeadlineSeconds').integer ?? 600,
      progressDeadlineAbort: spec.get('progressDeadlineAbort').boolean ?? false,
      scaleDownDelaySeconds: router === undefined ? 0 : (canary.get('scaleDownDelaySeconds').integer ?? 30),
      scaleDownDelayRevisionLimit: canary.get('scaleDownDelayRevisionLimit').integer,
      abortScaleDownDelaySeconds: canary.get('abortScaleDownDelaySeconds').integer,
      paused: spec.get('paused').boolean ?? false,
      waitsForSubsets: router === 'istio' && !services.canary && !services.stable && !services.ping,
      services: {
        canary: services.canary?.to.name,
        stable: services.stable?.to.name,
      },
      ...(services.ping ? { pingPong: true } : {}),
      background:
        background && background.templates.length > 0
          ? {
              analysis: this.analysis(background, 'background analysis'),
              startingStep: background.field.get('startingStep').integer,
            }
          : undefined,
    };
    for (const name of ['rollbackWindow', 'restartAt'].filter((key) => spec.get(key).exists)) {
      this.notes.push(`spec.${name} plays no part in an update to a new version`);
    }
    const { problems, notes, sources } = this;
    return { rollout, resource, model: problems.length > 0 ? undefined : model, problems, notes, sources };
  }

  private say(field: Field, what: string): void {
    const place = field.place();
    const at = place ? `${place.file}:${place.line}:${place.column}` : field.toString();
    this.problems.push(`${at}  ${what}`);
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

  /** As the controller resolves them: percentages of the replicas, also without a percent sign. */
  private surge(replicas: number): { maxSurge: number; maxUnavailable: number } {
    const resolve = (name: string, round: (value: number) => number): number => {
      const { value } = this.rollout.canary.get(name);
      if (typeof value === 'number') return value;
      const share = Number(String(value ?? '25').replace('%', ''));
      return round((share * replicas) / 100);
    };
    const maxSurge = resolve('maxSurge', Math.ceil);
    const maxUnavailable = resolve('maxUnavailable', Math.floor);
    return {
      maxSurge,
      maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : Math.min(replicas, maxUnavailable),
    };
  }

  private step(field: Field, index: number, analyses: readonly AnalysisUse[]): StepModel {
    const weight = field.get('setWeight').integer;
    const use = analyses.find(({ place, step }) => place === 'step' && step === index);
    const scale = field.get('setCanaryScale');
    const experiment = field.get('experiment');
    const route = (name: 'setHeaderRoute' | 'setMirrorRoute'): StepModel['setHeaderRoute'] => {
      const given = field.get(name);
      return given.exists
        ? { name: given.get('name').string ?? '', removes: given.get('match').items().length === 0 }
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
      analysis: use && this.inline(use, index),
      experiment: experiment.exists
        ? {
            seconds: this.duration(experiment.get('duration')),
            analyses: experiment
              .get('analyses')
              .items()
              .map((one) => one.get('name').string ?? ''),
            canaryWeight: experimentWeight(experiment),
          }
        : undefined,
      setHeaderRoute: route('setHeaderRoute'),
      setMirrorRoute: route('setMirrorRoute'),
      plugin: field.get('plugin').exists ? { name: field.get('plugin', 'name').string ?? '' } : undefined,
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

  /** The controller refuses an analysis in a step that would never end. */
  private inline(use: AnalysisUse, index: number): AnalysisModel {
    const analysis = this.analysis(use, `analysis of step ${index + 1}`);
    const endless = analysis.metrics.find(({ count }) => count === undefined);
    if (endless) {
      this.say(
        use.field,
        `metric '${endless.name}' of the analysis of step ${index + 1} has an interval and no count, so that it runs for ever and the controller refuses it; give a count`,
      );
    }
    return analysis;
  }

  private analysis(use: AnalysisUse, where: string): AnalysisModel {
    for (const { reference, nested } of use.templates) {
      const missing = [reference, ...nested.map((inner) => inner.reference)].find(({ target }) => target === undefined);
      if (missing) {
        this.say(
          missing.from,
          `the ${where} uses ${missing.to.kind} '${missing.to.name}', which nothing here defines; give its file too`,
        );
      }
    }
    const dryRun = use.field
      .get('dryRun')
      .items()
      .concat(use.resolved.flatMap((template) => template.field('spec', 'dryRun').items()));
    const patterns = dryRun.flatMap((rule) => rule.get('metricName').string ?? []);
    const fields = use.resolved.flatMap((template) => template.field('spec', 'metrics').items());
    const metrics = fields.map((field) => this.metric(field, use, patterns));
    const templates = use.templates.map(({ reference }) => reference.to.name);
    return { templates, metrics, invalid: invalidity(metrics, fields) ?? unresolved(use) };
  }

  private metric(field: Field, use: AnalysisUse, dryRun: readonly string[]): MetricModel {
    const text = (key: string): string | undefined => {
      const { value } = field.get(key);
      return value === undefined || value === null ? undefined : fill(String(value), use);
    };
    const integer = (key: string): number | undefined => {
      const given = text(key);
      if (given === undefined) return undefined;
      // Go reads what is no number as 0.
      return /^-?\d+$/.test(given) ? Number(given) : 0;
    };
    const seconds = (key: string): number | undefined => {
      const given = text(key);
      return given === undefined || given === '' ? undefined : readGoDuration(given);
    };
    const interval = seconds('interval');
    const count = integer('count');
    const name = field.get('name').string ?? '';
    const provider =
      field
        .get('provider')
        .entries()
        .filter(([, given]) => given.exists)[0]?.[0] ?? '';
    const query = field.get('provider', 'prometheus', 'query').string;
    const range = field.get('provider', 'prometheus', 'rangeQuery');
    const ofRange = (key: string): string | undefined => {
      const given = range.get(key).string;
      return given === undefined ? undefined : fill(given, use);
    };
    const metric: MetricModel = {
      name,
      successCondition: text('successCondition'),
      failureCondition: text('failureCondition'),
      interval,
      initialDelay: seconds('initialDelay'),
      count: count || (field.get('interval').exists ? undefined : 1),
      failureLimit: integer('failureLimit') ?? 0,
      inconclusiveLimit: integer('inconclusiveLimit') ?? 0,
      consecutiveErrorLimit: integer('consecutiveErrorLimit') ?? 4,
      consecutiveSuccessLimit: integer('consecutiveSuccessLimit') ?? 0,
      dryRun: dryRun.some((pattern) => goMatches(pattern, name)),
      provider,
      query: query === undefined ? undefined : fill(query, use),
      rangeQuery: range.exists ? { start: ofRange('start'), end: ofRange('end'), step: ofRange('step') } : undefined,
      timeout: field.get('provider', 'prometheus', 'timeout').integer,
    };
    this.sources.set(metric, field);
    return metric;
  }
}

/** What the templates of the new version get of the traffic. */
function experimentWeight(experiment: Field): number {
  return experiment
    .get('templates')
    .items()
    .filter((one) => one.get('specRef').string === 'canary')
    .reduce((sum, one) => sum + (one.get('weight').integer ?? 0), 0);
}

const ROUTERS = new Set(['istio', 'nginx', 'alb', 'smi', 'ambassador', 'appMesh', 'traefik', 'apisix', 'plugins']);

/** Replaces the arguments whose values are known; a hash becomes the name of what it stands for. */
function fill(text: string, use: AnalysisUse): string {
  return text.replace(/\{\{\s*args\.([^{}]*?)\s*\}\}/g, (whole, name: string) => {
    const argument = use.args.find((one) => one.name === name);
    if (argument?.source === 'podTemplateHash') {
      const stable = argument.given?.get('valueFrom', 'podTemplateHashValue').string === 'Stable';
      return stable ? STABLE_HASH : CANARY_HASH;
    }
    return argument?.value ?? whole;
  });
}

function unresolved(use: AnalysisUse): string | undefined {
  const missing = use.args.find(({ source }) => source === 'missing');
  return missing && `args.${missing.name} was not resolved`;
}

/** The first thing that the controller holds against a run's metrics before it measures. */
function invalidity(metrics: readonly MetricModel[], fields: readonly Field[]): string | undefined {
  if (metrics.length === 0) return 'Analysis spec invalid: no metrics specified';
  for (const [i, metric] of metrics.entries()) {
    const problem = metricProblem(metric, fields[i], metrics.slice(0, i));
    if (problem) return `Analysis spec invalid: metrics[${i}]: ${problem}`;
  }
  return undefined;
}

function metricProblem(metric: MetricModel, field: Field, earlier: readonly MetricModel[]): string | undefined {
  if (earlier.some((other) => other.name === metric.name)) return `duplicate name '${metric.name}'`;
  // An interval that cannot be read is reported as such.
  const interval = field.get('interval').exists ? (metric.interval ?? NaN) : undefined;
  const count = field.get('count').exists ? (field.get('count').integer ?? metric.count) : undefined;
  const [violation] = metricViolations({ ...metric, count, interval });
  if (violation) return violation.message;
  for (const [key, words] of [
    ['interval', 'interval'],
    ['initialDelay', 'startDelay'],
  ]) {
    const given = field.get(key);
    if (given.exists && metric[key as 'interval'] === undefined)
      return `invalid ${words} string: '${String(given.value)}'`;
  }
  return metric.provider === '' ? 'no provider specified' : undefined;
}
