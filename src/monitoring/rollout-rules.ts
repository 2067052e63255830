import { ApiObject, Chart, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as operator from '../../imports/monitoring.coreos.com';
import { RequestMetrics } from '../analysis/values/request-metrics';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { dnsLabelProblem } from '../formats/names';
import { quotePromql } from '../promql/matcher';
import { addCheck, at, dependent, type Found } from '../formats/option-problem';

/**
 * Alerts and recording rules of a rollout.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/
 */
export interface RolloutRulesOptions {
  /**
   * The time for which a rollout may be paused before an alert fires.
   * @default Duration.hours(1)
   */
  readonly pausedFor?: Duration;

  /**
   * The time for which a rollout may be past its deadline, or refused by the controller, before an alert fires.
   * @default Duration.minutes(5)
   */
  readonly stuckFor?: Duration;

  /**
   * Labels of the alerts, for routing.
   * @default - `severity: warning`
   */
  readonly alertLabels?: { [key: string]: string };

  /**
   * The URL of a runbook for the alerts.
   * @default - none
   */
  readonly runbookUrl?: string;

  /**
   * Labels of the PrometheusRule that Prometheus selects by, such as `release: kube-prometheus-stack`.
   * @default - none
   */
  readonly ruleLabels?: { [key: string]: string };

  /**
   * The metrics for recording rules that keep the requests, failures and latency of each version.
   * @default - no recording rules
   */
  readonly requests?: RequestMetrics;

  /**
   * The window of the recording rules.
   * @default Duration.minutes(5)
   */
  readonly window?: Duration;
}

/**
 * Options for `RolloutRules`.
 */
export interface RolloutRulesProps extends RolloutRulesOptions, kplus.ResourceProps {
  /**
   * The name of the Rollout.
   */
  readonly rollout: string;
}

/**
 * A PrometheusRule for a rollout: alerts if it is stuck, paused too long or aborted, and recording rules for each
 * version. The alerts need the metrics of the Argo Rollouts controller, scraped from its port 8090.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/
 */
export class RolloutRules extends kplus.Resource {
  public readonly resourceType = 'prometheusrules';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: RolloutRulesProps) {
    super(scope, id);
    const namespace = props.metadata?.namespace ?? Chart.of(this).namespace;
    this.apiObject = new ApiObject(this, 'Resource', {
      ...operator.PrometheusRule.GVK,
      metadata: {
        ...props.metadata,
        name: props.metadata?.name ?? id,
        labels: { ...props.metadata?.labels, ...props.ruleLabels },
      },
      spec: Lazy.any({
        produce: () => {
          const recorded = recordingRules(props, namespace);
          return operator.toJson_PrometheusRuleSpec({
            groups: [
              { name: `${props.rollout}-rollout`, rules: alerts(props, namespace) },
              ...(recorded.length > 0 ? [{ name: `${props.rollout}-versions`, rules: recorded }] : []),
            ],
          });
        },
      }),
    });
    addCheck(this, () => problems(this.name, props));
  }
}

const Expr = operator.PrometheusRuleSpecGroupsRulesExpr;

/** The phases are those of the controller's metrics, which are others than those of the status. */
function alerts(props: RolloutRulesProps, namespace: string | undefined): operator.PrometheusRuleSpecGroupsRules[] {
  const { rollout, runbookUrl } = props;
  const alert = (name: string, phases: string, after: Duration | undefined, summary: string, description: string) => ({
    alert: name,
    expr: Expr.fromString(inPhase(rollout, namespace, phases)),
    for: after && writeDuration(after),
    labels: props.alertLabels ?? { severity: 'warning' },
    annotations: { summary, description, ...(runbookUrl ? { runbook_url: runbookUrl } : {}) },
  });
  return [
    alert(
      'RolloutAborted',
      'Abort',
      undefined,
      `The rollout of ${rollout} was aborted`,
      `All requests go to the stable version of ${rollout}. See why with: kubectl argo rollouts get rollout ${rollout}. It stays so until the pods change in Git, or somebody retries.`,
    ),
    alert(
      'RolloutPaused',
      'Paused',
      props.pausedFor ?? Duration.hours(1),
      `The rollout of ${rollout} is waiting`,
      `A part of the requests goes to the canary of ${rollout}, and it waits: for a person to promote or abort, or because an analysis was inconclusive.`,
    ),
    alert(
      'RolloutStuck',
      'Timeout|Error|InvalidSpec',
      props.stuckFor ?? Duration.minutes(5),
      `The rollout of ${rollout} makes no progress`,
      `{{ $labels.phase }}: pods do not become ready within the deadline, cannot be made, or the controller refuses the Rollout. See: kubectl describe rollout ${rollout}.`,
    ),
  ];
}

function inPhase(rollout: string, namespace: string | undefined, phases: string): string {
  return `max by (name, phase) (${rolloutInfo(rollout, namespace, [`phase=~${quotePromql(phases)}`])}) > 0`;
}

/**
 * What the controller says of a rollout. A target's own namespace takes the label's name, unless the monitor of the
 * controller honors labels.
 */
export function rolloutInfo(rollout: string, namespace: string | undefined, more: readonly string[] = []): string {
  return ofController('rollout_info', rollout, namespace, more);
}

/** Series of one of the controller's metrics of rollouts. */
export function ofController(
  metric: string,
  rollout: string,
  namespace: string | undefined,
  more: readonly string[] = [],
  offset = '',
): string {
  const selector = (label?: string) => {
    const matchers = [`name=${quotePromql(rollout)}`, ...more];
    if (label && namespace) matchers.push(`${label}=${quotePromql(namespace)}`);
    return `${metric}{${matchers.join(',')}}${offset}`;
  };
  return namespace === undefined ? selector() : `${selector('exported_namespace')} or ${selector('namespace')}`;
}

function recordingRules(
  props: RolloutRulesProps,
  namespace: string | undefined,
): operator.PrometheusRuleSpecGroupsRules[] {
  const window = writeDuration(props.window ?? Duration.minutes(5));
  const queries = props.requests?._sideBySide(props.rollout, namespace, window);
  if (queries === undefined) return [];
  const record = (name: string, expr: string) => ({
    record: `rollout:${name}:rate${window}`,
    expr: Expr.fromString(expr),
    labels: { rollout: props.rollout },
  });
  return [
    record('requests', queries.requests),
    record('failures', queries.failures),
    record('failure_ratio', queries.failureRatio),
    record('latency_p50', queries.quantile(0.5)),
    record('latency_p99', queries.quantile(0.99)),
  ];
}

function problems(name: string, props: RolloutRulesProps): Found[] {
  const found: Found[] = [
    dnsLabelProblem('the name of the PrometheusRule', name),
    dnsLabelProblem('the name of the Rollout', props.rollout),
    at('pausedFor', positiveDurationProblem('pausedFor', props.pausedFor)),
    at('stuckFor', positiveDurationProblem('stuckFor', props.stuckFor)),
    at('window', positiveDurationProblem('window', props.window)),
    props.window !== undefined && props.requests === undefined
      ? dependent(
          'window',
          ['requests'],
          'window has no effect without requests, because only those are recorded; give requests, or leave window out',
        )
      : undefined,
    ...(props.requests?._problems() ?? []),
    sideBySideProblem(props.requests),
  ];
  return found;
}

/** What is wrong with metrics that are to show all versions, or undefined. */
export function sideBySideProblem(requests: RequestMetrics | undefined): string | undefined {
  if (requests === undefined || requests._isolation._sideBySide !== undefined) return undefined;
  return 'requests has an isolation that knows the canary alone, so that versions cannot be shown side by side; isolate by the pod-template hash, or by one label of both versions';
}
