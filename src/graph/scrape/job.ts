import type { Field, Resource } from '../resource';
import type { EndpointsRole } from './discover';
import { labelNameOf } from '../../promql/matcher';
import { readConfigDuration } from '../../formats/prometheus-duration';
import { readRelabelRule, type RelabelRule } from './relabel';

/** The settings of a Prometheus object for all its monitors. */
export interface ScrapeDefaults {
  /** `scrapeInterval`. @default '30s' */
  readonly scrapeInterval?: string;
  /** `scrapeTimeout`. @default '10s', or the interval if that is shorter */
  readonly scrapeTimeout?: string;
  /** `podTargetLabels`. @default none */
  readonly podTargetLabels?: readonly string[];
  /** `serviceDiscoveryRole`, in lower case. @default 'endpoints', as the operator's */
  readonly serviceDiscoveryRole?: EndpointsRole;
}

/** The limits beyond which a whole scrape fails. Undefined: no limit. */
export interface ScrapeLimits {
  /** Series of one scrape, after relabeling. */
  readonly samples: number | undefined;
  /** Targets of one endpoint; with more of them, each scrape of each fails. */
  readonly targets: number | undefined;
  /** Labels of one series, after relabeling, its name included. */
  readonly labels: number | undefined;
  /** Bytes of a label's name. */
  readonly labelNameLength: number | undefined;
  /** Bytes of a label's value. */
  readonly labelValueLength: number | undefined;
}

/** The scrape job that the operator creates for one endpoint of a monitor. */
export interface ScrapeJob {
  /** `serviceMonitor/shop/checkout/0`. */
  readonly name: string;
  readonly monitor: Resource;
  readonly endpoint: Field;
  readonly role: EndpointsRole | 'pod';
  /** Undefined: all. */
  readonly namespaces: readonly string[] | undefined;
  /** Whether the API server selects Services or pods, instead of a rule. */
  readonly selector: Field | undefined;
  readonly scheme: string;
  readonly path: string;
  readonly params: { readonly [name: string]: readonly string[] };
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Labels that tell rules how histograms are scraped. */
  readonly histograms: { readonly [label: string]: boolean };
  readonly honorLabels: boolean;
  readonly limits: ScrapeLimits;
  readonly relabelings: readonly RelabelRule[];
  readonly metricRelabelings: readonly RelabelRule[];
}

const DEFAULT_INTERVAL = 30;
const DEFAULT_TIMEOUT = 10;

/** The jobs of a monitor, in the order of its endpoints. */
export function jobsOf(monitor: Resource, namespace: string, defaults: ScrapeDefaults): ScrapeJob[] {
  const ofPods = monitor.kind === 'PodMonitor';
  const role = ofPods
    ? 'pod'
    : ((monitor.field('spec', 'serviceDiscoveryRole').string?.toLowerCase() as EndpointsRole | undefined) ??
      defaults.serviceDiscoveryRole ??
      'endpoints');
  return monitor
    .field('spec', ofPods ? 'podMetricsEndpoints' : 'endpoints')
    .items()
    .map((endpoint, index) => ({
      name: `${ofPods ? 'podMonitor' : 'serviceMonitor'}/${namespace}/${monitor.name}/${index}`,
      monitor,
      endpoint,
      role,
      namespaces: namespacesOf(monitor, namespace),
      selector:
        monitor.field('spec', 'selectorMechanism').string === 'RoleSelector'
          ? monitor.field('spec', 'selector')
          : undefined,
      scheme: (endpoint.get('scheme').string || 'http').toLowerCase(),
      path: endpoint.get('path').string || '/metrics',
      params: Object.fromEntries(
        endpoint
          .get('params')
          .entries()
          .map(([name, values]) => [name, values.items().flatMap(({ string }) => string ?? [])]),
      ),
      ...timesOf(endpoint, defaults),
      histograms: histogramsOf(monitor),
      honorLabels: endpoint.get('honorLabels').boolean ?? false,
      limits: limitsOf(monitor),
      relabelings: [
        ...(ofPods
          ? podMonitorRules(monitor, namespace, endpoint, defaults)
          : serviceMonitorRules(monitor, endpoint, role, defaults)),
        ...endpoint.get('relabelings').items().map(readRelabelRule),
        ...shardingRules,
      ],
      metricRelabelings: endpoint.get('metricRelabelings').items().map(readRelabelRule),
    }));
}

function namespacesOf(monitor: Resource, own: string): readonly string[] | undefined {
  const selector = monitor.field('spec', 'namespaceSelector');
  if (selector.get('any').boolean === true) return undefined;
  const names = selector
    .get('matchNames')
    .items()
    .flatMap(({ string }) => string ?? []);
  return names.length > 0 ? names : [own];
}

/** Zero means no limit. */
const positive = (text: string | undefined): number | undefined =>
  (text === undefined ? undefined : readConfigDuration(text)) || undefined;

function timesOf(
  endpoint: Field,
  defaults: ScrapeDefaults,
): { readonly intervalSeconds: number; readonly timeoutSeconds: number } {
  const globalInterval = positive(defaults.scrapeInterval) ?? DEFAULT_INTERVAL;
  const globalTimeout = positive(defaults.scrapeTimeout) ?? Math.min(DEFAULT_TIMEOUT, globalInterval);
  const intervalSeconds = positive(endpoint.get('interval').string) ?? globalInterval;
  return {
    intervalSeconds,
    timeoutSeconds: positive(endpoint.get('scrapeTimeout').string) ?? Math.min(globalTimeout, intervalSeconds),
  };
}

function histogramsOf(monitor: Resource): ScrapeJob['histograms'] {
  const flag = (name: string): boolean => monitor.field('spec', name).boolean ?? false;
  return {
    __convert_classic_histograms_to_nhcb__: flag('convertClassicHistogramsToNHCB'),
    __always_scrape_classic_histograms__: flag('scrapeClassicHistograms'),
    __scrape_native_histograms__: flag('scrapeNativeHistograms'),
  };
}

function limitsOf(monitor: Resource): ScrapeLimits {
  const limit = (name: string): number | undefined => monitor.field('spec', name).number || undefined;
  return {
    samples: limit('sampleLimit'),
    targets: limit('targetLimit'),
    labels: limit('labelLimit'),
    labelNameLength: limit('labelNameLengthLimit'),
    labelValueLength: limit('labelValueLengthLimit'),
  };
}

const keepJobName: RelabelRule = { sourceLabels: ['job'], targetLabel: '__tmp_prometheus_job_name' };

/** With one shard, which contains all targets. */
const shardingRules: readonly RelabelRule[] = [
  { sourceLabels: ['__address__', '__tmp_hash'], targetLabel: '__tmp_hash', regex: '(.+);' },
  { sourceLabels: ['__tmp_hash'], targetLabel: '__tmp_hash', modulus: 1, action: 'hashmod' },
  { sourceLabels: ['__tmp_hash', '__tmp_disable_sharding'], regex: '0;|.+;.+', action: 'keep' },
];

/** Finished pods keep their address, but are not scraped. */
function runningRules(endpoint: Field): RelabelRule[] {
  if (endpoint.get('filterRunning').boolean === false) return [];
  return [{ action: 'drop', sourceLabels: ['__meta_kubernetes_pod_phase'], regex: '(Failed|Succeeded)' }];
}

/** A selector as relabeling rules. Its values become regular expressions, in which a dot matches any character. */
function selectorRules(monitor: Resource, of: 'service' | 'pod'): RelabelRule[] {
  if (monitor.field('spec', 'selectorMechanism').string === 'RoleSelector') return [];
  const selector = monitor.field('spec', 'selector');
  const value = (key: string): string => `__meta_kubernetes_${of}_label_${labelNameOf(key)}`;
  const present = (key: string): string => `__meta_kubernetes_${of}_labelpresent_${labelNameOf(key)}`;
  const labels = selector.get('matchLabels').strings;
  const exact = Object.keys(labels)
    .sort()
    .map((key): RelabelRule => ({
      action: 'keep',
      sourceLabels: [value(key), present(key)],
      regex: `(${labels[key]});true`,
    }));
  const byExpression = selector
    .get('matchExpressions')
    .items()
    .flatMap((expression): RelabelRule[] => {
      const key = expression.get('key').string ?? '';
      const values = expression
        .get('values')
        .items()
        .flatMap(({ string }) => string ?? []);
      const anyOf = { sourceLabels: [value(key), present(key)], regex: `(${values.join('|')});true` };
      switch (expression.get('operator').string) {
        case 'In':
          return [{ action: 'keep', ...anyOf }];
        case 'NotIn':
          return [{ action: 'drop', ...anyOf }];
        case 'Exists':
          return [{ action: 'keep', sourceLabels: [present(key)], regex: 'true' }];
        case 'DoesNotExist':
          return [{ action: 'drop', sourceLabels: [present(key)], regex: 'true' }];
        default:
          return [];
      }
    });
  return [...exact, ...byExpression];
}

const keepPort = (label: string, port: string | number): RelabelRule => ({
  action: 'keep',
  sourceLabels: [`__meta_kubernetes_${label}`],
  regex: String(port),
});

/** By a container's port, by name or number. An empty name and the number 0 do not select. */
function containerPortRules(port: Field): RelabelRule[] {
  if (port.string) return [keepPort('pod_container_port_name', port.string)];
  if (port.number) return [keepPort('pod_container_port_number', port.number)];
  return [];
}

const copy = (source: string, targetLabel: string): RelabelRule => ({
  sourceLabels: [`__meta_kubernetes_${source}`],
  targetLabel,
});

/** Only if there is something to copy. */
const copyIfAny = (source: string, targetLabel: string): RelabelRule => ({
  ...copy(source, targetLabel),
  regex: '(.+)',
  replacement: '${1}',
});

const strings = (field: Field): string[] => field.items().flatMap(({ string }) => string ?? []);

function podLabelRules(monitor: Resource, { podTargetLabels = [] }: ScrapeDefaults): RelabelRule[] {
  return [...strings(monitor.field('spec', 'podTargetLabels')), ...podTargetLabels].map((label) =>
    copyIfAny(`pod_label_${labelNameOf(label)}`, labelNameOf(label)),
  );
}

function jobLabelRules(monitor: Resource, of: 'service' | 'pod'): RelabelRule[] {
  const label = monitor.field('spec', 'jobLabel').string;
  return label ? [copyIfAny(`${of}_label_${labelNameOf(label)}`, 'job')] : [];
}

/** The name of the endpoint. A PodMonitor's `portNumber` adds no label. */
function endpointLabelRules(endpoint: Field): RelabelRule[] {
  const target = endpoint.get('targetPort');
  const name = endpoint.get('port').string || target.string || (target.number === undefined ? '' : `${target.number}`);
  return name === '' ? [] : [{ targetLabel: 'endpoint', replacement: name }];
}

function serviceMonitorRules(
  monitor: Resource,
  endpoint: Field,
  role: EndpointsRole | 'pod',
  defaults: ScrapeDefaults,
): RelabelRule[] {
  const prefix = role === 'endpointslice' ? 'endpointslice' : 'endpoint';
  const port = endpoint.get('port').string;
  const addressOf = (kind: string, targetLabel: string): RelabelRule => ({
    sourceLabels: ['kind', 'name'].map((part) => `__meta_kubernetes_${prefix}_address_target_${part}`),
    separator: ';',
    regex: `${kind};(.*)`,
    replacement: '${1}',
    targetLabel,
  });
  return [
    keepJobName,
    ...selectorRules(monitor, 'service'),
    ...(port ? [keepPort(`${prefix}_port_name`, port)] : containerPortRules(endpoint.get('targetPort'))),
    addressOf('Node', 'node'),
    addressOf('Pod', 'pod'),
    copy('namespace', 'namespace'),
    copy('service_name', 'service'),
    copy('pod_name', 'pod'),
    copy('pod_container_name', 'container'),
    ...runningRules(endpoint),
    ...strings(monitor.field('spec', 'targetLabels')).map((label) =>
      copyIfAny(`service_label_${labelNameOf(label)}`, labelNameOf(label)),
    ),
    ...podLabelRules(monitor, defaults),
    { ...copy('service_name', 'job'), replacement: '${1}' },
    ...jobLabelRules(monitor, 'service'),
    ...endpointLabelRules(endpoint),
  ];
}

function podMonitorRules(
  monitor: Resource,
  namespace: string,
  endpoint: Field,
  defaults: ScrapeDefaults,
): RelabelRule[] {
  const port = endpoint.get('port').string;
  const byNumber = endpoint.get('portNumber');
  return [
    keepJobName,
    ...runningRules(endpoint),
    ...selectorRules(monitor, 'pod'),
    ...(port
      ? [keepPort('pod_container_port_name', port)]
      : containerPortRules(byNumber.number ? byNumber : endpoint.get('targetPort'))),
    copy('namespace', 'namespace'),
    copy('pod_container_name', 'container'),
    copy('pod_name', 'pod'),
    ...podLabelRules(monitor, defaults),
    { targetLabel: 'job', replacement: `${namespace}/${monitor.name}` },
    ...jobLabelRules(monitor, 'pod'),
    ...endpointLabelRules(endpoint),
  ];
}
