import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PodMonitor } from './pod-monitor';
import { RolloutDashboard, RolloutDashboardOptions } from './rollout-dashboard';
import { RolloutRules, RolloutRulesOptions } from './rollout-rules';
import { ScrapeOptions, ServiceMonitor } from './service-monitor';
import { addCheck, at, translateOptions, type Found } from '../formats/option-problem';

/**
 * The label that distinguishes series of the canary from those of the stable version.
 */
export enum VersionLabel {
  /**
   * The pod-template hash: one ServiceMonitor for the Service of all pods copies it to every series. Each pod is
   * scraped once, and the hash always names the version.
   */
  POD_TEMPLATE_HASH = 'pod-template-hash',

  /**
   * The `service` label: a ServiceMonitor for each of the two Services. Outside an update both Services select the same
   * pods: each pod is scraped twice, and the series of the canary Service belong to the old version.
   */
  SERVICE = 'service',
}

/**
 * The kind of monitor that Prometheus uses to find the pods.
 */
export enum MonitorKind {
  /** A ServiceMonitor, which selects Services. */
  SERVICE = 'service',
  /** A PodMonitor, which selects pods by their labels. */
  POD = 'pod',
  /** No monitor: something else scrapes the pods, or nothing does. */
  NONE = 'none',
}

/**
 * Options for the monitoring of the app.
 */
export interface MonitoringOptions extends ScrapeOptions {
  /**
   * The label that distinguishes the versions.
   * @default VersionLabel.POD_TEMPLATE_HASH
   */
  readonly versionLabel?: VersionLabel;

  /**
   * The kind of monitor. With `MonitorKind.POD`, the pod-template hash distinguishes the versions.
   * @default - `MonitorKind.SERVICE`; for a blue-green app by the pod-template hash `MonitorKind.POD`, because during an
   * update none of its Services selects the pods of both versions
   */
  readonly kind?: MonitorKind;

  /**
   * Labels of the pods that the monitors add to every series, beside the pod-template hash.
   * @default - none
   */
  readonly podTargetLabels?: string[];

  /**
   * Alerts for a stuck, paused or aborted rollout, and recording rules.
   * @default - none
   */
  readonly rules?: RolloutRulesOptions;

  /**
   * A Grafana dashboard that compares the canary with the stable version.
   * @default - none
   */
  readonly dashboard?: RolloutDashboardOptions;

  /**
   * Labels of the monitors that Prometheus selects by, such as `release: kube-prometheus-stack`.
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * A label of the monitors whose value is the name of each, such as `k8s-app`.
   * @default - none
   */
  readonly nameLabel?: string;
}

/**
 * Options for `CanaryMonitoring`.
 */
export interface CanaryMonitoringProps extends MonitoringOptions {
  /**
   * The Service of the canary's pods.
   */
  readonly canary: kplus.Service;

  /**
   * The Service of the stable version's pods.
   */
  readonly stable: kplus.Service;

  /**
   * The Service of the pods of both versions. Required for `VersionLabel.POD_TEMPLATE_HASH`.
   * @default - none
   */
  readonly root?: kplus.Service;

  /**
   * The pods of both versions. Required for `MonitorKind.POD`.
   * @default - none
   */
  readonly pods?: kplus.IPodSelector;

  /**
   * The name of the Rollout. Required for `rules` and `dashboard`.
   * @default - none
   */
  readonly rollout?: string;
}

/**
 * The ServiceMonitors of a canary. The queries of analyses use the labels that these add to the series.
 *
 * @see https://prometheus-operator.dev/docs/developer/getting-started/
 * @exampleMetadata fixture=app
 * @example
 * const pods = kplus.Pods.select(chart, 'pods', { labels: { app: 'checkout' } });
 * const services = new CanaryServices(chart, 'checkout', { pods });
 * new CanaryMonitoring(chart, 'monitoring', {
 *   canary: services.canary,
 *   stable: services.stable,
 *   versionLabel: VersionLabel.SERVICE,
 * });
 */
export class CanaryMonitoring extends Construct {
  /** The ServiceMonitors. */
  public readonly monitors: ServiceMonitor[];

  /**
   * The PodMonitor.
   * @default - none with `MonitorKind.SERVICE`
   */
  public readonly podMonitor?: PodMonitor;

  /**
   * The PrometheusRule.
   * @default - none without `rules`
   */
  public readonly rules?: RolloutRules;

  /**
   * The dashboard.
   * @default - none without `dashboard`
   */
  public readonly dashboard?: RolloutDashboard;

  constructor(scope: Construct, id: string, props: CanaryMonitoringProps) {
    super(scope, id);
    const byHash = (props.versionLabel ?? VersionLabel.POD_TEMPLATE_HASH) === VersionLabel.POD_TEMPLATE_HASH;
    const byPods = props.kind === MonitorKind.POD;
    const ofServices: [string, kplus.Service | undefined][] = byHash
      ? [['All', props.root]]
      : [
          ['Canary', props.canary],
          ['Stable', props.stable],
        ];
    const isWatched = props.kind !== MonitorKind.NONE;
    this.monitors = (byPods || !isWatched ? [] : ofServices).flatMap(([part, service]) =>
      service === undefined ? [] : [this.monitor(part, service, byHash, props)],
    );
    const { rollout } = props;
    if (byPods && props.pods) {
      this.podMonitor = new PodMonitor(this, 'Pods', {
        ...props,
        pods: props.pods,
        metadata: this.named(rollout ?? props.canary.name, props),
        podTargetLabels: copied(props, true),
      });
    }
    if (rollout !== undefined && props.rules) {
      this.rules = new RolloutRules(this, 'Rules', {
        ruleLabels: props.labels,
        ...props.rules,
        rollout,
        metadata: { name: `${rollout}-rollout` },
      });
    }
    if (rollout !== undefined && props.dashboard) {
      this.dashboard = new RolloutDashboard(this, 'Dashboard', {
        ...props.dashboard,
        rollout,
        metadata: { name: `${rollout}-dashboard` },
      });
    }
    if (this.rules) translateOptions(this.rules, (path) => `rules.${path}`);
    if (this.dashboard) translateOptions(this.dashboard, (path) => `dashboard.${path}`);
    addCheck(this, () => problems(byHash && isWatched, byPods, props));
  }

  private monitor(part: string, service: kplus.Service, byHash: boolean, props: CanaryMonitoringProps): ServiceMonitor {
    return new ServiceMonitor(this, part, {
      ...props,
      service,
      metadata: this.named(service.name, props),
      podTargetLabels: copied(props, byHash),
    });
  }

  private named(name: string, { labels, nameLabel }: MonitoringOptions) {
    return { name, labels: { ...labels, ...(nameLabel ? { [nameLabel]: name } : {}) } };
  }
}

const HASH = 'rollouts-pod-template-hash';

/** The labels of the pods that a monitor copies. */
function copied({ podTargetLabels = [] }: MonitoringOptions, byHash: boolean): string[] | undefined {
  const labels = [...new Set([...(byHash ? [HASH] : []), ...podTargetLabels])];
  return labels.length > 0 ? labels : undefined;
}

function problems(byHash: boolean, byPods: boolean, props: CanaryMonitoringProps): Found[] {
  const found: Found[] = [];
  if (byHash && !byPods && props.root === undefined) {
    found.push(
      at(
        'versionLabel',
        "versionLabel is 'pod-template-hash' without root, the Service of all pods; give it, or use versionLabel 'service'",
      ),
    );
  }
  if (byPods && props.pods === undefined)
    found.push(at('kind', "kind is 'pod' without pods; give the Rollout as pods"));
  if (byPods && !byHash) {
    found.push(
      at(
        'kind',
        "kind is 'pod' with versionLabel 'service', but pods that are not found by a Service have no such label; leave versionLabel out",
      ),
    );
  }
  if ((props.rules ?? props.dashboard) && props.rollout === undefined) {
    found.push('rules or dashboard is given without rollout; give the name of the Rollout');
  }
  return found;
}
