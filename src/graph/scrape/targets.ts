import type { Graph } from '../graph';
import type { Resource } from '../resource';
import { type Labels, matchesSelector } from '../selector';
import type { Service } from '../service';
import { type Discovered, discoverPod, discoverService, type EndpointsRole, type LivePod } from './discover';
import { readConfigDuration, writeConfigDuration } from '../../formats/prometheus-duration';
import type { ScrapeDefaults, ScrapeJob } from './job';
import { liveMonitors, maySelect } from './live-monitors';
import { type KnownService, liveServices } from './live-services';
import type { RunningPod } from './pod';
import { relabel, setLabel } from './relabel';
import { lookUp, PROMETHEUS } from '../../versions';

/** A target of Prometheus. One pod may be several targets. */
export interface ScrapeTarget {
  /** The job of the endpoint: its name, its interval, its rules for samples. */
  readonly job: ScrapeJob;
  /** `http://10.0.0.1:8080/metrics`. */
  readonly url: string;
  /** Seconds. Relabeling can change the value of the endpoint. */
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** The labels that all its series have: `job`, `instance`, `namespace`, `pod`, … */
  readonly labels: Labels;
  /** The pod. */
  readonly pod: RunningPod;
  /** The Service by which it was found. Undefined for a PodMonitor. */
  readonly service: Service | undefined;
  /** Whether its series may have any name, as from Prometheus 3.0 on. */
  readonly utf8Names: boolean;
  /** Why all of its scrapes fail; undefined if they can succeed. */
  readonly fails: string | undefined;
}

/** Which targets there are. */
export interface ScrapeTargetsOptions extends ScrapeDefaults {
  /** The namespace of objects that state none. @default 'default' */
  readonly namespace?: string;
  /**
   * The current selectors of Services, if they differ from their manifests: the controller adds
   * `rollouts-pod-template-hash` to those that it manages.
   *
   * @default as the manifests state
   */
  readonly selectors?: ReadonlyMap<Resource, Labels>;
}

/** The targets of all monitors. */
export interface Scraped {
  readonly targets: readonly ScrapeTarget[];
  /** The monitors that the operator rejects, and why. */
  readonly refused: ReadonlyMap<Resource, string>;
  /** Why the targets are not worked out: Services and monitors that select everything multiply. */
  readonly tooMany?: string;
}

/** In how many ways one pod is scraped at most: by an endpoint of a monitor, through a Service. */
const MOST_WAYS = 50;

/**
 * What a Prometheus of the operator scrapes with these monitors while these pods exist. It is assumed that the
 * Prometheus selects all monitors, and has no other settings than the options state: no shards, no scrape classes, no
 * enforced namespace label, no metadata of nodes.
 */
export function scrapeTargets(graph: Graph, pods: readonly RunningPod[], options: ScrapeTargetsOptions = {}): Scraped {
  const { namespace = 'default', selectors = new Map<Resource, Labels>() } = options;
  const live = pods.map((pod) => ({ ...pod, namespace: pod.namespace ?? namespace }));
  const known = liveServices(graph, namespace);
  const behind = known.behind(live, selectors);
  const monitors = liveMonitors(graph, namespace, options);
  const { refused } = monitors;
  const ways: { readonly job: ScrapeJob; readonly services: readonly KnownService[] }[] = [];
  let count = 0;
  const labels = behind.map((service) => service.labels);
  for (const { resource, jobs } of monitors.of('ServiceMonitor', labels)) {
    for (const job of jobs) {
      const services: KnownService[] = [];
      for (const service of behind) {
        if (!inScope(job, service) || !maySelect(job, service.labels)) continue;
        if (!known.isNearest(service, resource)) continue;
        services.push(service);
        if (++count > MOST_WAYS) return { targets: [], refused, tooMany: tooMany(resource, behind.length) };
      }
      if (services.length > 0) ways.push({ job, services });
    }
  }
  for (const { resource, jobs } of monitors.of(
    'PodMonitor',
    live.map((pod) => pod.labels),
  )) {
    for (const job of jobs) {
      if (!live.some((pod) => selects(job, pod))) continue;
      if (++count > MOST_WAYS) return { targets: [], refused, tooMany: tooMany(resource, behind.length) };
      ways.push({ job, services: [] });
    }
  }
  const discovered = new Discoveries(live);
  const release = byRelease(graph);
  const targets = ways.flatMap(({ job, services }) => targetsOf(job, services, live, discovered, release));
  return { targets, refused };
}

function tooMany(monitor: Resource, services: number): string {
  const place = monitor.field('spec', 'selector').place();
  const where = place ? ` (${place.file}:${place.line}:${place.column})` : '';
  return `with ${monitor.toString()}${where}, monitors scrape one pod in more than ${MOST_WAYS} ways, through ${services} Services that select it; give fewer of these files at once, or select less`;
}

const inScope = (job: ScrapeJob, { namespace }: { readonly namespace: string }): boolean =>
  job.namespaces === undefined || job.namespaces.includes(namespace);

/** Targets behind a Service, which are the same for all monitors. */
class Discoveries {
  private readonly known = new Map<string, readonly (readonly [Discovered, LivePod])[]>();

  constructor(private readonly pods: readonly LivePod[]) {}

  /** Each with labels of its own, which relabeling changes. */
  of(service: KnownService, role: EndpointsRole): (readonly [Discovered, LivePod])[] {
    const key = `${role} ${service.namespace}/${service.name} ${service.resource.origin.file}`;
    let found = this.known.get(key);
    if (found === undefined) {
      found = this.pods.flatMap((pod) => discoverService(service, [pod], role).map((one) => [one, pod] as const));
      this.known.set(key, found);
    }
    return found.map(([labels, pod]) => [new Map(labels), pod]);
  }
}

/** The settings that depend on the release of Prometheus. */
export interface ByRelease {
  readonly addsPort: boolean;
  readonly histogramLabels: boolean;
  readonly utf8Names: boolean;
}

export const byRelease = ({ releases: { prometheus } }: Graph): ByRelease => ({
  addsPort: lookUp(PROMETHEUS.addsScrapePort, prometheus),
  histogramLabels: lookUp(PROMETHEUS.histogramLabels, prometheus),
  utf8Names: lookUp(PROMETHEUS.utf8Names, prometheus) === 'always',
});

/** The targets of one job. Identical targets are one. */
function targetsOf(
  job: ScrapeJob,
  services: readonly KnownService[],
  pods: readonly LivePod[],
  discovered: Discoveries,
  release: ByRelease,
): ScrapeTarget[] {
  const seen = new Set<string>();
  const targets: Omit<ScrapeTarget, 'fails' | 'utf8Names'>[] = [];
  const add = (found: Discovered, pod: RunningPod, service: Service | undefined): void => {
    const made = targetOf(job, found, release);
    if (made === undefined) return;
    const key = JSON.stringify([made.url, [...made.all].sort()]);
    if (seen.has(key)) return;
    seen.add(key);
    const { all: _all, ...rest } = made;
    targets.push({ job, pod, service, ...rest });
  };
  const { role } = job;
  if (role === 'pod') {
    for (const pod of pods.filter((one) => selects(job, one))) {
      for (const one of discoverPod(pod)) add(one, pod, undefined);
    }
  } else {
    for (const service of services) {
      for (const [one, pod] of discovered.of(service, role)) add(one, pod, service.service);
    }
  }
  const { targets: limit } = job.limits;
  const fails =
    limit !== undefined && targets.length > limit
      ? `target_limit exceeded (number of targets: ${targets.length}, limit: ${limit})`
      : undefined;
  return targets.map((target) => ({ ...target, utf8Names: release.utf8Names, fails }));
}

/** Whether the job of a PodMonitor takes a pod. */
const selects = (job: ScrapeJob, pod: LivePod): boolean =>
  inScope(job, pod) && (job.selector === undefined || matchesSelector(job.selector, pod.labels));

/** A discovered target after relabeling. Undefined if it is dropped, or cannot be scraped. */
export function targetOf(
  job: ScrapeJob,
  labels: Discovered,
  { addsPort, histogramLabels }: ByRelease,
):
  | (Pick<ScrapeTarget, 'url' | 'intervalSeconds' | 'timeoutSeconds' | 'labels'> & { readonly all: Discovered })
  | undefined {
  const histograms = histogramLabels ? job.histograms : {};
  const before: { readonly [name: string]: string } = {
    job: job.name,
    __scrape_interval__: writeConfigDuration(job.intervalSeconds),
    __scrape_timeout__: writeConfigDuration(job.timeoutSeconds),
    __metrics_path__: job.path,
    __scheme__: job.scheme,
    ...Object.fromEntries(Object.entries(histograms).map(([name, value]) => [name, String(value)])),
    ...Object.fromEntries(Object.entries(job.params).flatMap(([name, [first]]) => [[`__param_${name}`, first ?? '']])),
  };
  for (const [name, value] of Object.entries(before)) if (!labels.has(name)) setLabel(labels, name, value);
  if (!relabel(labels, job.relabelings)) return undefined;

  const address = withDefaultPort(labels.get('__address__') ?? '', labels.get('__scheme__') ?? '', addsPort);
  const intervalSeconds = readConfigDuration(labels.get('__scrape_interval__') ?? '') ?? 0;
  const timeoutSeconds = readConfigDuration(labels.get('__scrape_timeout__') ?? '') ?? 0;
  // Such a target is left out with a line in Prometheus's log.
  if (address === undefined || address === '' || address.includes('/')) return undefined;
  labels.set('__address__', address);
  if (intervalSeconds === 0 || timeoutSeconds === 0 || timeoutSeconds > intervalSeconds) return undefined;
  if (Object.keys(histograms).some((name) => !isBoolean(labels.get(name)))) return undefined;

  for (const name of [...labels.keys()]) if (name.startsWith('__meta_')) labels.delete(name);
  if (!labels.has('instance')) labels.set('instance', address);
  const visible = [...labels].filter(([name]) => !name.startsWith('__')).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    url: urlOf(job, labels, address),
    intervalSeconds,
    timeoutSeconds,
    labels: Object.fromEntries(visible),
    all: labels,
  };
}

/** Whether an address is a host and a port, as Go's `net.SplitHostPort` reads it. */
export const hasPort = (address: string): boolean => /^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(address);

/** The address with the port that releases before 3.0 add to it. Undefined where its scheme has none. */
function withDefaultPort(address: string, scheme: string, addsPort: boolean): string | undefined {
  // What would have no port even with one is no address of a host.
  if (!addsPort || address === '' || hasPort(address) || !hasPort(`${address}:1234`)) return address;
  const port = { '': 80, http: 80, https: 443 }[scheme];
  return port === undefined ? undefined : `${address}:${port}`;
}

/** What Go's `strconv.ParseBool` reads. */
const isBoolean = (text: string | undefined): boolean =>
  text === undefined || /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(text);

function urlOf(job: ScrapeJob, labels: Discovered, address: string): string {
  const params = new Map(Object.entries(job.params).map(([name, values]) => [name, [...values]]));
  for (const [label, value] of labels) {
    if (!label.startsWith('__param_')) continue;
    const name = label.slice('__param_'.length);
    params.set(name, [value, ...(params.get(name) ?? []).slice(1)]);
  }
  const query = [...params]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => values.map((value) => `${escaped(name, '')}=${escaped(value, '')}`))
    .join('&')
    .replaceAll('%20', '+');
  const path = escaped(labels.get('__metrics_path__') ?? '', '$&+,/:;=@');
  const slash = path === '' || path.startsWith('/') ? '' : '/';
  const host = escaped(address, `!$&'()*+,;=:[]<>"`);
  return `${labels.get('__scheme__') ?? ''}://${host}${slash}${path}${query === '' ? '' : `?${query}`}`;
}

/**
 * Percent-encoded except for letters, digits, `-_.~` and the given characters, as in Go. A `?` in a path does not begin
 * a query.
 */
function escaped(text: string, keep: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%[0-9A-F]{2}/g, (code) => {
      const char = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return keep.includes(char) ? char : code;
    });
}
