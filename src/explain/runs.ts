import { type Field, type Graph, HASH_LABEL, type Resource } from '../graph';
import { ownedBy, timeOf } from './state';

/** One measurement of a metric. */
export interface Measured {
  /** `Successful`, `Failed`, `Inconclusive`, `Error`, `Running`. */
  readonly phase: string;
  /** As the controller writes it: `[0.912]`. */
  readonly value?: string;
  readonly message?: string;
  readonly at?: Date;
}

/** A metric of an AnalysisRun with its results. */
export interface MetricResult {
  readonly name: string;
  readonly phase: string;
  readonly message?: string;
  readonly dryRun: boolean;
  readonly successCondition?: string;
  readonly failureCondition?: string;
  readonly failureLimit: string;
  readonly inconclusiveLimit: string;
  readonly consecutiveErrorLimit: string;
  readonly counts: { readonly failed: number; readonly inconclusive: number; readonly error: number };
  /** `prometheus`, `web`, `job`, … */
  readonly provider: string;
  /** Where the provider answers, if it states an address. */
  readonly address?: string;
  readonly query?: string;
  readonly measurements: readonly Measured[];
}

/** An AnalysisRun of a Rollout. */
export interface Run {
  readonly resource: Resource;
  readonly hash?: string;
  /** The step that it belongs to, counted from 0; undefined for one in the background. */
  readonly step?: number;
  readonly kind: string;
  readonly phase: string;
  readonly message?: string;
  readonly started?: Date;
  readonly ended?: Date;
  readonly metrics: readonly MetricResult[];
}

const ENDED = new Set(['Successful', 'Failed', 'Error', 'Inconclusive']);

/** What the controller calls the runs of a Rollout, by the label that it puts on them. */
const KINDS: { readonly [label: string]: string } = {
  Step: 'analysis of step',
  Background: 'background analysis',
  PrePromotion: 'pre-promotion analysis',
  PostPromotion: 'post-promotion analysis',
};

/** The AnalysisRuns of a Rollout and of its Experiments, in the order in which they began. */
export function runsOf(graph: Graph, rollout: Resource): readonly Run[] {
  const owners = [rollout, ...ownedBy(graph, rollout, 'Experiment')];
  return owners
    .flatMap((owner) => ownedBy(graph, owner, 'AnalysisRun'))
    .map(readRun)
    .sort((a, b) => (a.started?.getTime() ?? 0) - (b.started?.getTime() ?? 0));
}

function readRun(resource: Resource): Run {
  const labels = resource.field('metadata', 'labels').strings;
  const status = resource.field('status');
  const phase = status.get('phase').string ?? 'Pending';
  const specs = new Map(
    resource
      .field('spec', 'metrics')
      .items()
      .map((one) => [one.get('name').string, one] as const),
  );
  const dry = resource
    .field('spec', 'dryRun')
    .items()
    .flatMap((one) => one.get('metricName').string ?? []);
  const metrics = status
    .get('metricResults')
    .items()
    .map((one) => readMetric(one, specs.get(one.get('name').string), dry));
  const times = metrics.flatMap(({ measurements }) => measurements.flatMap(({ at }) => at?.getTime() ?? []));
  const last = times.length > 0 ? new Date(Math.max(...times)) : undefined;
  const step = labels['step-index'];
  return {
    resource,
    hash: labels[HASH_LABEL],
    step: step === undefined ? undefined : Number(step),
    kind: KINDS[labels['rollout-type']] ?? 'analysis',
    phase,
    message: status.get('message').string || undefined,
    started: timeOf(status.get('startedAt')) ?? timeOf(resource.field('metadata', 'creationTimestamp')),
    ended: ENDED.has(phase) ? (timeOf(status.get('completedAt')) ?? last) : undefined,
    metrics,
  };
}

function readMetric(result: Field, spec: Field | undefined, dry: readonly string[]): MetricResult {
  const name = result.get('name').string ?? '';
  const text = (key: string): string | undefined => spec?.get(key).string || undefined;
  const limit = (key: string, preset: string): string => {
    const value = spec?.get(key).value;
    return value === undefined || value === null ? preset : String(value as string | number);
  };
  const provider = spec?.get('provider').entries()[0];
  return {
    name,
    phase: result.get('phase').string ?? '',
    message: result.get('message').string || undefined,
    dryRun: result.get('dryRun').boolean ?? dry.includes(name),
    successCondition: text('successCondition'),
    failureCondition: text('failureCondition'),
    failureLimit: limit('failureLimit', '0'),
    inconclusiveLimit: limit('inconclusiveLimit', '0'),
    consecutiveErrorLimit: limit('consecutiveErrorLimit', '4'),
    counts: {
      failed: result.get('failed').integer ?? 0,
      inconclusive: result.get('inconclusive').integer ?? 0,
      error: result.get('error').integer ?? 0,
    },
    provider: provider?.[0] ?? 'unknown provider',
    address: provider?.[1].get('address').string ?? provider?.[1].get('url').string,
    // The controller keeps the query with its arguments replaced, from the first measurement on.
    query: result.get('metadata').strings.ResolvedPrometheusQuery ?? provider?.[1].get('query').string,
    measurements: result
      .get('measurements')
      .items()
      .map((one) => ({
        phase: one.get('phase').string ?? '',
        value: one.get('value').string || undefined,
        message: one.get('message').string || undefined,
        at: timeOf(one.get('finishedAt')) ?? timeOf(one.get('startedAt')),
      })),
  };
}

/** The metrics that ended a run: those with its phase that are not dry runs. */
export function decidingMetrics(run: Run): readonly MetricResult[] {
  return run.metrics.filter(({ dryRun, phase }) => !dryRun && phase === run.phase);
}
