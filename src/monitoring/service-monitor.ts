import { ApiObject, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as operator from '../../imports/monitoring.coreos.com';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { dnsLabelProblem, portNameProblem, quoted } from '../formats/names';
import { ScrapeAccess } from './scrape-access';

/**
 * How the pods behind a Service are scraped.
 */
export interface ScrapeOptions {
  /**
   * The name of the Service's port through which the pods are found.
   * @default 'http'
   */
  readonly portName?: string;

  /**
   * The path of the metrics.
   * @default '/metrics'
   */
  readonly path?: string;

  /**
   * Time from one scrape to the next. Analyses need windows of at least four.
   * @default Duration.seconds(30)
   */
  readonly interval?: Duration;

  /**
   * How Prometheus reaches the pods of a mesh.
   * @default ScrapeAccess.merged()
   */
  readonly access?: ScrapeAccess;

  /**
   * The scheme, where it is to be written out.
   * @default - as `access` needs it; `http` by the operator's default
   */
  readonly scheme?: string;
}

/**
 * Options for a `ServiceMonitor`.
 */
export interface ServiceMonitorProps extends kplus.ResourceProps, ScrapeOptions {
  /**
   * The Service whose pods are scraped.
   */
  readonly service: kplus.Service;

  /**
   * The label of the Service by which it is chosen. No other Service in the namespace may have it with the same value.
   * @default 'app'
   */
  readonly serviceLabel?: string;

  /**
   * Labels of the pods that every series gets, such as the pod-template hash.
   * @default - none
   */
  readonly podTargetLabels?: string[];
}

/**
 * A ServiceMonitor of the Prometheus Operator: scrapes the pods behind one Service.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor
 */
export class ServiceMonitor extends kplus.Resource {
  public readonly resourceType = 'servicemonitors';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: ServiceMonitorProps) {
    super(scope, id);
    const label = props.serviceLabel ?? 'app';
    this.apiObject = new ApiObject(this, 'Resource', {
      ...operator.ServiceMonitor.GVK,
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({
        produce: () =>
          operator.toJson_ServiceMonitorSpec({
            selector: { matchLabels: { [label]: props.service.metadata.getLabel(label) ?? '' } },
            podTargetLabels: props.podTargetLabels,
            endpoints: [renderEndpoint(props)],
          }),
      }),
    });
    this.node.addValidation({ validate: () => problems(this.name, label, props) });
  }
}

/** How pods are scraped, in the fields that ServiceMonitors and PodMonitors share. */
export function renderEndpoint(options: ScrapeOptions): operator.ServiceMonitorSpecEndpoints {
  const access = options.access ?? ScrapeAccess.merged();
  const path = options.path ?? '/metrics';
  const { path: scraped, ...rest } = access._access.endpoint(path);
  return {
    port: options.portName ?? 'http',
    interval: writeDuration(options.interval ?? Duration.seconds(30)),
    scheme: options.scheme as operator.ServiceMonitorSpecEndpointsScheme | undefined,
    // The operator's own default is left unsaid.
    path: scraped === '/metrics' ? undefined : (scraped as string),
    ...rest,
  };
}

function problems(name: string, label: string, props: ServiceMonitorProps): string[] {
  const port = props.portName ?? 'http';
  const found: (string | undefined)[] = [
    dnsLabelProblem('the name of the ServiceMonitor', name),
    positiveDurationProblem('interval', props.interval),
    portNameProblem('portName', port),
    ...scrapeProblems(props),
  ];
  if (!props.service.metadata.getLabel(label)) {
    found.push(
      `Service ${props.service.name} has no label '${label}' to be chosen by; give it one, or another serviceLabel`,
    );
  }
  const names = props.service.ports.map((one) => one.name);
  if (!names.includes(port)) {
    found.push(
      `portName is '${port}', but Service ${props.service.name} has ${names.map((one) => `'${one}'`).join(', ') || 'no port'}; name one of its ports`,
    );
  }
  return found.filter((problem) => problem !== undefined);
}

/** What is wrong with the path or the scheme. */
export function scrapeProblems({ path, scheme }: ScrapeOptions): string[] {
  const found: string[] = [];
  if (path !== undefined && !path.startsWith('/')) {
    found.push(`path is ${quoted(path)}, which is no path; begin with '/', such as '/metrics'`);
  }
  if (scheme !== undefined && !['http', 'https'].includes(scheme)) {
    found.push(`scheme is ${quoted(scheme)}; use 'http' or 'https'`);
  }
  return found;
}
