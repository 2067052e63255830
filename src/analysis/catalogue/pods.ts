import { Threshold } from '../values/condition';
import { LabelMatcher } from '../values/label-matcher';
import { CheckContext, CheckDefinition, CheckOptions, positiveProblem } from './check';
import { at } from '../../formats/option-problem';

/**
 * Options for `CanaryCheck.restarts` and `CanaryCheck.outOfMemoryKills`.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md
 */
export interface RestartsOptions extends CheckOptions {
  /**
   * The acceptable number for all pods of the canary together.
   * @default 0
   */
  readonly atMost?: number;
}

/**
 * A resource of pods.
 *
 * @see https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md
 */
export enum SaturatedResource {
  /** The working set, as a share of the limit. */
  MEMORY = 'memory',
  /** Time on the CPU, as a share of the limit. */
  CPU = 'cpu',
  /** The share of periods in which the container was throttled. */
  CPU_THROTTLING = 'cpu-throttling',
}

/**
 * Options for `CanaryCheck.saturation`.
 */
export interface SaturationOptions extends CheckOptions {
  /**
   * The resource.
   */
  readonly resource: SaturatedResource;

  /**
   * The maximum share of the limit for the worst container, such as `0.9`.
   */
  readonly atMost: number;
}

/**
 * Matchers of the canary's pods by name, `<rollout>-<hash>-…`, because cluster metrics have no labels of pods. They select
 * the containers, not the sums of the pods.
 */
const CANARY_PODS = [
  LabelMatcher.equalTo('namespace', '{{args.namespace}}'),
  LabelMatcher.matching('pod', '{{args.rollout}}-{{args.canary-hash}}-.*'),
];

function series(metric: string, ...more: LabelMatcher[]): string {
  return `${metric}{${[...CANARY_PODS, ...more].map((matcher) => matcher._toPromql()).join(',')}}`;
}

/** The canary's pods are created by the rollout, so all their restarts belong to the new version. */
const ALL_RESTARTS = `sum(${series('kube_pod_container_status_restarts_total')})`;

export function restarts(options: RestartsOptions): CheckDefinition {
  return {
    name: 'restarts',
    options,
    readsPodNames: true,
    ignoresWindow: true,
    query: () => ALL_RESTARTS,
    threshold: () => Threshold.atMost(options.atMost ?? 0),
    problems: () => [atMostProblem(options)],
  };
}

export function outOfMemoryKills(options: RestartsOptions): CheckDefinition {
  const killed = series(
    'kube_pod_container_status_last_terminated_reason',
    LabelMatcher.equalTo('reason', 'OOMKilled'),
  );
  return {
    name: 'out-of-memory-kills',
    options,
    readsPodNames: true,
    ignoresWindow: true,
    query: () => `(sum(${killed}) or vector(0))\nand\n(${ALL_RESTARTS} >= 0)`,
    threshold: () => Threshold.atMost(options.atMost ?? 0),
    problems: () => [atMostProblem(options)],
  };
}

export function saturation(options: SaturationOptions): CheckDefinition {
  return {
    name: `saturation-${options.resource}`,
    options,
    readsPodNames: true,
    query: (context) => SATURATION[options.resource](context),
    threshold: () => Threshold.atMost(options.atMost),
    problems: () => [at('atMost', positiveProblem('atMost', options.atMost))],
  };
}

const CONTAINERS = LabelMatcher.notEqualTo('container', '');

const limits = (resource: string) =>
  `sum by (pod, container) (${series('kube_pod_container_resource_limits', LabelMatcher.equalTo('resource', resource))})`;

const SATURATION: Record<SaturatedResource, (context: CheckContext) => string> = {
  [SaturatedResource.MEMORY]: () =>
    `max(\n  sum by (pod, container) (${series('container_memory_working_set_bytes', CONTAINERS)})\n/\n  ${limits('memory')}\n)`,
  [SaturatedResource.CPU]: ({ window }) =>
    `max(\n  sum by (pod, container) (rate(${series('container_cpu_usage_seconds_total', CONTAINERS)}[${window}]))\n/\n  ${limits('cpu')}\n)`,
  [SaturatedResource.CPU_THROTTLING]: ({ window }) => {
    const of = (metric: string) => `sum by (pod, container) (increase(${series(metric, CONTAINERS)}[${window}]))`;
    return `max(\n  ${of('container_cpu_cfs_throttled_periods_total')}\n/\n  (${of('container_cpu_cfs_periods_total')} > 0)\n)`;
  },
};

function atMostProblem({ atMost = 0 }: RestartsOptions): string | undefined {
  return atMost >= 0 ? undefined : `atMost is ${atMost}; use a number of 0 or more`;
}
