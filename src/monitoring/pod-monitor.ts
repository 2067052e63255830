import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as operator from '../../imports/monitoring.coreos.com';
import { positiveDurationProblem } from '../formats/duration';
import { dnsLabelProblem, portNameProblem } from '../formats/names';
import { renderEndpoint, renderLimits, ScrapeOptions, scrapeProblems } from './service-monitor';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * Options for a `PodMonitor`.
 */
export interface PodMonitorProps extends kplus.ResourceProps, ScrapeOptions {
  /**
   * The pods to scrape.
   */
  readonly pods: kplus.IPodSelector;

  /**
   * Labels of the pods that are added to every series, such as the pod-template hash.
   * @default - none
   */
  readonly podTargetLabels?: string[];
}

/**
 * A PodMonitor of the Prometheus Operator: scrapes each pod once, independent of Services.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor
 */
export class PodMonitor extends kplus.Resource {
  public readonly resourceType = 'podmonitors';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: PodMonitorProps) {
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', {
      ...operator.PodMonitor.GVK,
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({
        produce: () => {
          const selector = props.pods.toPodSelectorConfig().labelSelector._toKube();
          return operator.toJson_PodMonitorSpec({
            selector: selector as operator.PodMonitorSpecSelector,
            podTargetLabels: props.podTargetLabels,
            podMetricsEndpoints: [renderEndpoint(props) as operator.PodMonitorSpecPodMetricsEndpoints],
            ...renderLimits(props),
          });
        },
      }),
    });
    addCheck(this, () => problems(this.name, props));
  }
}

function problems(name: string, props: PodMonitorProps): Found[] {
  const found: Found[] = [
    dnsLabelProblem('the name of the PodMonitor', name),
    at('interval', positiveDurationProblem('interval', props.interval)),
    at('portName', portNameProblem('portName', props.portName ?? 'http')),
    ...scrapeProblems(props),
  ];
  if (renderEndpoint(props).tlsConfig?.certFile !== undefined) {
    found.push(
      at(
        'access',
        "access is by files of the mesh’s certificates, which a PodMonitor cannot name; use a ServiceMonitor (kind 'service'), or merged access",
      ),
    );
  }
  return found;
}
