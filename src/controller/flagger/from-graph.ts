import { readGoDuration, writeSeconds } from '../../formats/go-duration';
import type { Field, Graph, Resource } from '../../graph';
import { MOST_PODS } from '../budgets';
import type { PlannedUpdate } from '../reading/from-graph';
import type { MetricModel, RolloutModel } from '../model';
import { MIRROR_ROUTE } from './run';
import { builtInQuery } from './queries';

const DEFAULT_SECONDS = 60;
const LEAST_SECONDS = 10;
const DEFAULT_DEADLINE = 600;
/** With an interval of 10 seconds, almost three hours of failing checks. */
const MOST_FAILED_CHECKS = 1000;

/** The models of all Flagger Canaries of a set of manifests. */
export function plannedCanaries(graph: Graph): PlannedUpdate[] {
  return graph.ofKind('Canary', 'flagger.app').map((resource) => new Reader(graph, resource).read());
}

class Reader {
  private readonly problems: string[] = [];
  private readonly notes: string[] = [];
  private readonly sources = new Map<MetricModel, Field>();
  private readonly analysis: Field;
  private readonly target: string;

  constructor(
    private readonly graph: Graph,
    private readonly resource: Resource,
  ) {
    const analysis = resource.field('spec', 'analysis');
    this.analysis = analysis.exists ? analysis : resource.field('spec', 'canaryAnalysis');
    this.target = resource.field('spec', 'targetRef', 'name').string ?? resource.name;
  }

  read(): PlannedUpdate {
    const { resource, analysis, target, notes, problems, sources } = this;
    const spec = resource.field('spec');
    if ((analysis.get('iterations').integer ?? 0) > 0) {
      const how = analysis.get('match').items().length > 0 ? 'tests A against B' : 'is a blue-green release';
      problems.push(`${resource.toString()} ${how} (iterations); only those that raise a weight can be planned`);
      return { resource, model: undefined, problems, notes: [], assumed: [], sources };
    }
    const skipsAnalysis = !analysis.exists || spec.get('skipAnalysis').boolean === true;
    const weights = skipsAnalysis ? [] : this.weights();
    const interval = Math.max(LEAST_SECONDS, this.seconds(analysis.get('interval')) ?? DEFAULT_SECONDS);
    const metrics = skipsAnalysis
      ? []
      : analysis
          .get('metrics')
          .items()
          .map((field) => this.metric(field, interval));
    const threshold = analysis.get('threshold');
    if ((threshold.integer ?? 0) > MOST_FAILED_CHECKS) {
      this.say(
        threshold,
        `threshold is ${threshold.integer}; a plan follows at most ${MOST_FAILED_CHECKS} failed checks`,
      );
    }
    const mirror = analysis.get('mirror').boolean === true;
    const replicas = this.replicas();
    this.noteGates();
    notes.push(
      `Flagger looks once every ${writeSeconds(interval)}: the plan begins when it notices the change, up to that much later`,
    );
    const stages = mirror ? [0, ...weights] : weights;
    const provider = this.provider();
    if (!skipsAnalysis) this.sayUnshifted(provider, mirror);
    const model: RolloutModel = {
      name: resource.name,
      namespace: resource.namespace,
      replicas,
      steps: [
        ...(mirror ? [{ setMirrorRoute: { name: MIRROR_ROUTE, removes: false, percentage: this.mirrored() } }] : []),
        ...weights.map((setWeight) => ({ setWeight })),
      ],
      trafficRouting: provider,
      maxSurge: 0,
      maxUnavailable: 0,
      maxTrafficWeight: 100,
      dynamicStableScale: false,
      minReadySeconds: 0,
      progressDeadlineSeconds: spec.get('progressDeadlineSeconds').integer ?? DEFAULT_DEADLINE,
      progressDeadlineAbort: true,
      scaleDownDelaySeconds: 0,
      paused: false,
      waitsForAllPods: false,
      services: { canary: target, stable: `${target}-primary` },
      background:
        metrics.length > 0 ? { analysis: { templates: metrics.map(({ name }) => name), metrics } } : undefined,
      flagger: {
        interval,
        threshold: Math.max(1, analysis.get('threshold').integer ?? 1),
        stages,
        metrics,
        promotionStep: analysis.get('stepWeightPromotion').integer ?? 0,
        canaryReady: (analysis.get('canaryReadyThreshold').integer ?? 100) / 100,
        skipsAnalysis,
        suspended: spec.get('suspend').boolean === true,
      },
    };
    return { resource, model: problems.length > 0 ? undefined : model, problems, notes, assumed: [], sources };
  }

  /** Of the requests, the percentage that is copied to the canary. */
  private mirrored(): number {
    const weight = this.analysis.get('mirrorWeight').integer ?? 0;
    return weight > 0 ? weight : 100;
  }

  /** Providers with which Flagger does not get to the weights. */
  private sayUnshifted(provider: string, mirror: boolean): void {
    const { analysis, resource } = this;
    if (provider === 'kubernetes') {
      this.say(
        resource.field('spec', 'provider'),
        'Flagger gives no weights with the provider kubernetes, but makes a blue-green release of it (10 iterations); only those that raise a weight can be planned',
      );
    } else if (mirror && provider !== 'istio') {
      this.say(
        analysis.get('mirror'),
        `before the weights, Flagger mirrors with Istio alone: with the provider ${provider} it starts the mirroring again and again, and the release never ends; leave out mirror`,
      );
    }
  }

  private say(field: Field, what: string): void {
    const place = field.place();
    this.problems.push(`${place ? `${place.file}:${place.line}:${place.column}` : field.toString()}  ${what}`);
  }

  private seconds(field: Field): number | undefined {
    if (!field.exists) return undefined;
    const seconds = field.string === undefined ? undefined : readGoDuration(field.string);
    if (seconds === undefined) this.say(field, `'${String(field.value)}' is not a duration such as 30s or 1m`);
    return seconds;
  }

  private weights(): number[] {
    const { analysis } = this;
    const step = analysis.get('stepWeight').integer ?? 0;
    const list = analysis
      .get('stepWeights')
      .items()
      .map(({ integer }) => integer ?? 0);
    if (step <= 0 && list.length > 0) {
      const most = Math.min(100, list[list.length - 1]);
      return [...list.filter((weight) => weight < most), most];
    }
    if (step <= 0) {
      this.say(
        analysis,
        'the analysis has neither stepWeight nor stepWeights, so that the canary never gets traffic and the release never ends; give stepWeight: 10',
      );
      return [];
    }
    const most = list.length > 0 ? Math.min(100, list[list.length - 1]) : (analysis.get('maxWeight').integer ?? 100);
    const weights: number[] = [];
    if (most > 100) {
      this.say(
        analysis.get('maxWeight'),
        `maxWeight is ${most}, and Flagger gives a canary at most 100, so that the release never ends; give at most 100`,
      );
      return [];
    }
    for (let weight = 0; weight < most;) {
      weight = Math.min(100, weight + step);
      weights.push(weight);
    }
    return weights;
  }

  private provider(): string {
    const { string } = this.resource.field('spec', 'provider');
    if (string === undefined) this.notes.push('spec.provider is not stated: the plan takes it to be istio');
    return string ?? 'istio';
  }

  private replicas(): number {
    const { resource, target } = this;
    const kind = resource.field('spec', 'targetRef', 'kind').string ?? 'Deployment';
    const found = this.graph
      .ofKind(kind, 'apps')
      .find(({ name, namespace }) => name === target && namespace === resource.namespace);
    const replicas = found?.field('spec', 'replicas').integer;
    if (replicas === undefined) this.notes.push(`the replicas of ${kind} ${target} are not stated: the plan has 1 pod`);
    if (replicas !== undefined && replicas > MOST_PODS) {
      this.say(found!.field('spec', 'replicas'), `replicas is ${replicas}; a plan follows at most ${MOST_PODS} pods`);
    }
    return replicas ?? 1;
  }

  private noteGates(): void {
    for (const hook of this.analysis.get('webhooks').items()) {
      const type = hook.get('type').string ?? 'rollout';
      if (type === 'event' || type === 'post-rollout') continue;
      this.notes.push(`webhook ${hook.get('name').string ?? ''} (${type}) is taken to say yes at once`);
    }
  }

  private metric(field: Field, interval: number): MetricModel {
    const name = field.get('name').string ?? '';
    const window = field.get('interval').string ?? '1m';
    const query = this.query(field, name, window);
    const metric: MetricModel = {
      name,
      successCondition: condition(field, name),
      interval,
      failureLimit: this.analysis.get('threshold').integer ?? 0,
      inconclusiveLimit: 0,
      consecutiveErrorLimit: 0,
      consecutiveSuccessLimit: 0,
      dryRun: false,
      provider: query === undefined ? `built-in ${this.provider()}` : 'prometheus',
      query,
    };
    this.sources.set(metric, field);
    return metric;
  }

  private query(field: Field, name: string, window: string): string | undefined {
    const { resource, target } = this;
    const values: { readonly [name: string]: string | undefined } = {
      name: resource.name,
      namespace: resource.namespace ?? 'default',
      target,
      service: resource.field('spec', 'service', 'name').string ?? target,
      ingress: resource.field('spec', 'ingressRef', 'name').string,
      interval: window,
    };
    const variables = field.get('templateVariables').strings;
    const fill = (text: string): string =>
      text.replace(/\{\{-?\s*(variables\.)?(\w+)\s*-?\}\}/g, (whole, variable: string | undefined, key: string) => {
        return (variable ? variables[key] : values[key]) ?? whole;
      });
    const inline = field.get('query').string;
    if (inline !== undefined) return fill(inline);
    const reference = field.get('templateRef');
    if (!reference.exists) return builtInQuery(this.provider(), name, values, window);
    const wanted = reference.get('name').string ?? '';
    const namespace = reference.get('namespace').string ?? resource.namespace;
    const template = this.graph
      .ofKind('MetricTemplate', 'flagger.app')
      .find((one) => one.name === wanted && (one.namespace ?? namespace) === namespace);
    if (template === undefined) {
      this.say(
        reference,
        `metric '${name}' uses MetricTemplate '${wanted}', which nothing here defines; give its file too`,
      );
      return undefined;
    }
    const given = template.field('spec', 'query').string;
    const type = template.field('spec', 'provider', 'type').string ?? 'prometheus';
    return given === undefined || type !== 'prometheus' ? undefined : fill(given);
  }
}

/** The bounds that Flagger checks a value against. No value, and NaN, are a failed check. */
function condition(field: Field, name: string): string {
  const parts = ['len(result) > 0 && !isNaN(result[0])'];
  const range = field.get('thresholdRange');
  const [min, max] = [range.get('min').number, range.get('max').number];
  // Durations are truncated to whole milliseconds before they are compared.
  const atMost = (value: number): string =>
    name === 'request-duration' ? `result[0] < ${Math.trunc(value) + 1}` : `result[0] <= ${value}`;
  if (range.exists) {
    if (min !== undefined) parts.push(`result[0] >= ${min}`);
    if (max !== undefined) parts.push(atMost(max));
  } else {
    const threshold = field.get('threshold').number ?? 0;
    parts.push(name === 'request-success-rate' ? `result[0] >= ${threshold}` : atMost(threshold));
  }
  return parts.join(' && ');
}
