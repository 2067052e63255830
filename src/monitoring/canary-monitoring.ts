import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ScrapeOptions, ServiceMonitor } from './service-monitor';

/**
 * By what Prometheus tells the canary's series from the stable version's.
 */
export enum VersionLabel {
  /**
   * One ServiceMonitor, over the Service of all pods, copies the pod-template hash onto every series. Each pod is
   * scraped once, and the hash names the version at every moment.
   */
  POD_TEMPLATE_HASH = 'pod-template-hash',

  /**
   * A ServiceMonitor for each of the two Services; series differ in their `service` label. Between rollouts both
   * Services select the same pods: each is scraped twice, and the canary Service's series are the old version's.
   */
  SERVICE = 'service',
}

/**
 * How the app is watched.
 */
export interface MonitoringOptions extends ScrapeOptions {
  /**
   * By what the versions are told apart.
   * @default VersionLabel.POD_TEMPLATE_HASH
   */
  readonly versionLabel?: VersionLabel;

  /**
   * Labels of the monitors, which the Prometheus may choose them by: `release: kube-prometheus-stack`, say.
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * A label of the monitors that carries each one's own name, such as `k8s-app`.
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
   * The Service of all pods, of both versions: what `VersionLabel.POD_TEMPLATE_HASH` needs.
   * @default - none
   */
  readonly root?: kplus.Service;
}

/**
 * The ServiceMonitors of a canary. The analyses' queries tell versions apart by what these put on the series.
 */
export class CanaryMonitoring extends Construct {
  /** The monitors that were made. */
  public readonly monitors: ServiceMonitor[];

  constructor(scope: Construct, id: string, props: CanaryMonitoringProps) {
    super(scope, id);
    const byHash = (props.versionLabel ?? VersionLabel.POD_TEMPLATE_HASH) === VersionLabel.POD_TEMPLATE_HASH;
    const watched: [string, kplus.Service | undefined][] = byHash
      ? [['All', props.root]]
      : [
          ['Canary', props.canary],
          ['Stable', props.stable],
        ];
    this.monitors = watched.flatMap(([part, service]) =>
      service === undefined ? [] : [this.monitor(part, service, byHash, props)],
    );
    this.node.addValidation({
      validate: () =>
        byHash && props.root === undefined
          ? [
              'versionLabel is POD_TEMPLATE_HASH without root, the Service of all pods; give it, or use VersionLabel.SERVICE',
            ]
          : [],
    });
  }

  private monitor(part: string, service: kplus.Service, byHash: boolean, props: CanaryMonitoringProps): ServiceMonitor {
    return new ServiceMonitor(this, part, {
      ...props,
      service,
      metadata: {
        name: service.name,
        labels: { ...props.labels, ...(props.nameLabel ? { [props.nameLabel]: service.name } : {}) },
      },
      podTargetLabels: byHash ? ['rollouts-pod-template-hash'] : undefined,
    });
  }
}
