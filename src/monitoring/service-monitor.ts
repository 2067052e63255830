import { ApiObject, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as operator from '../../imports/monitoring.coreos.com';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { dnsLabelProblem, portNameProblem, quoted } from '../formats/names';
import { ScrapeAccess } from './scrape-access';
import { ScrapeRelabeling } from './scrape-relabeling';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * Options for scraping the pods of a Service.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Endpoint
 */
export interface ScrapeOptions {
  /**
   * The name of the Service's port.
   * Becomes `port`.
   * @default 'http'
   */
  readonly portName?: string;

  /**
   * The path of the metrics.
   * @default '/metrics'
   */
  readonly path?: string;

  /**
   * The scrape interval. Analyses need windows of at least four.
   * @default Duration.seconds(30)
   */
  readonly interval?: Duration;

  /**
   * The access of Prometheus to pods of a mesh.
   * @default ScrapeAccess.merged()
   */
  readonly access?: ScrapeAccess;

  /**
   * The scheme, to state it explicitly.
   * @default - what `access` needs; `http` by the operator's default
   */
  readonly scheme?: string;

  /**
   * The scrape timeout, at most `interval`.
   * @default - 10 seconds (the default of Prometheus)
   */
  readonly scrapeTimeout?: Duration;

  /**
   * The query parameters of the request, each with its values.
   * @default - none
   */
  readonly params?: { [name: string]: string[] };

  /**
   * The Secret with the bearer token for the pods, in the namespace of the monitor.
   * Becomes `authorization.credentials`.
   * @default - none
   */
  readonly bearerToken?: kplus.SecretValue;

  /**
   * Relabelings of the pods before a scrape, after those of `access`.
   * @default - nothing
   */
  readonly relabelings?: ScrapeRelabeling[];

  /**
   * Relabelings of the series before they are stored.
   * @default - nothing
   */
  readonly metricRelabelings?: ScrapeRelabeling[];

  /**
   * The maximum number of series per pod; with more, the scrape fails.
   * @default - no limit
   */
  readonly sampleLimit?: number;

  /**
   * Whether native histograms are scraped, which `RequestMetrics` with `nativeHistogram` needs. Prometheus 3.8 and
   * later.
   * @default - the default of Prometheus
   */
  readonly scrapeNativeHistograms?: boolean;
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
   * The label that the monitor selects the Service by. No other Service in the namespace may have it with the same
   * value.
   * @default 'app'
   */
  readonly serviceLabel?: string;

  /**
   * Labels of the pods that are added to every series, such as the pod-template hash.
   * @default - none
   */
  readonly podTargetLabels?: string[];

  /**
   * Labels of the Service that are added to every series.
   * @default - none
   */
  readonly targetLabels?: string[];

  /**
   * The label of the Service whose value becomes `job`.
   * @default - none: the name of the Service
   */
  readonly jobLabel?: string;
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
            targetLabels: props.targetLabels,
            jobLabel: props.jobLabel,
            endpoints: [renderEndpoint(props)],
            ...renderLimits(props),
          }),
      }),
    });
    addCheck(this, () => problems(this.name, label, props));
  }
}

/** How pods are scraped, in the fields that ServiceMonitors and PodMonitors share. */
export function renderEndpoint(options: ScrapeOptions): operator.ServiceMonitorSpecEndpoints {
  const access = options.access ?? ScrapeAccess.merged();
  const path = options.path ?? '/metrics';
  const { path: scraped, relabelings, ...rest } = access._access.endpoint(path);
  const all = [...relabelings, ...(options.relabelings ?? [])].map((one) => one._toKube());
  const ofSeries = options.metricRelabelings?.map((one) => one._toKube());
  const { bearerToken } = options;
  return {
    port: options.portName ?? 'http',
    interval: writeDuration(options.interval ?? Duration.seconds(30)),
    scrapeTimeout: options.scrapeTimeout && writeDuration(options.scrapeTimeout),
    scheme: options.scheme as operator.ServiceMonitorSpecEndpointsScheme | undefined,
    // The operator's own default is left unsaid.
    path: scraped === '/metrics' ? undefined : scraped,
    params: options.params,
    authorization: bearerToken && { credentials: { name: bearerToken.secret.name, key: bearerToken.key } },
    relabelings: all.length > 0 ? (all as operator.ServiceMonitorSpecEndpointsRelabelings[]) : undefined,
    metricRelabelings: ofSeries as operator.ServiceMonitorSpecEndpointsMetricRelabelings[] | undefined,
    ...rest,
  };
}

/** What holds for a monitor as a whole. */
export function renderLimits({ sampleLimit, scrapeNativeHistograms }: ScrapeOptions) {
  return { sampleLimit, scrapeNativeHistograms };
}

function problems(name: string, label: string, props: ServiceMonitorProps): Found[] {
  const port = props.portName ?? 'http';
  const found: Found[] = [
    dnsLabelProblem('the name of the ServiceMonitor', name),
    at('interval', positiveDurationProblem('interval', props.interval)),
    at('portName', portNameProblem('portName', port)),
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
      at(
        'portName',
        `portName is '${port}', but Service ${props.service.name} has ${names.map((one) => `'${one}'`).join(', ') || 'no port'}; name one of its ports`,
      ),
    );
  }
  return found;
}

/** What is wrong with the path or the scheme. */
export function scrapeProblems(options: ScrapeOptions): Found[] {
  const { path, scheme, scrapeTimeout, interval = Duration.seconds(30), sampleLimit } = options;
  const found: Found[] = [
    at('scrapeTimeout', positiveDurationProblem('scrapeTimeout', scrapeTimeout)),
    options.access?._access.problem,
    ...(options.relabelings ?? []).flatMap((one) => one._problems('a label of relabelings')),
    ...(options.metricRelabelings ?? []).flatMap((one) => one._problems('a label of metricRelabelings')),
  ];
  if (scrapeTimeout && scrapeTimeout.toMilliseconds() > interval.toMilliseconds()) {
    found.push(
      at(
        'scrapeTimeout',
        `scrapeTimeout is ${writeDuration(scrapeTimeout)}, longer than interval (${writeDuration(interval)}), which the operator refuses; shorten it`,
      ),
    );
  }
  if (sampleLimit !== undefined && !(Number.isInteger(sampleLimit) && sampleLimit > 0)) {
    found.push(at('sampleLimit', `sampleLimit is ${sampleLimit}; use a whole number of 1 or more`));
  }
  if (path !== undefined && !path.startsWith('/')) {
    found.push(at('path', `path is ${quoted(path)}, which is no path; begin with '/', such as '/metrics'`));
  }
  if (scheme !== undefined && !['http', 'https'].includes(scheme)) {
    found.push(at('scheme', `scheme is ${quoted(scheme)}; use 'http' or 'https'`));
  }
  return found;
}
