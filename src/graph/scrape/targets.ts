import type { Graph } from '../graph';
import type { Field, Resource } from '../resource';
import { type Labels, matchesSelector } from '../selector';
import { type Service, services } from '../service';
import { type Discovered, discoverPod, discoverService, type LivePod, type LiveService } from './discover';
import { readConfigDuration, writeConfigDuration } from '../../formats/prometheus-duration';
import { jobsOf, type ScrapeDefaults, type ScrapeJob } from './job';
import type { RunningPod } from './pod';
import { refusalOf } from './refused';
import { relabel, setLabel } from './relabel';

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
}

/**
 * What a Prometheus of the operator scrapes with these monitors while these pods exist. It is assumed that the
 * Prometheus selects all monitors, and has no other settings than the options state: no shards, no scrape classes, no
 * enforced namespace label, no metadata of nodes.
 */
export function scrapeTargets(graph: Graph, pods: readonly RunningPod[], options: ScrapeTargetsOptions = {}): Scraped {
  const { namespace = 'default', selectors = new Map<Resource, Labels>() } = options;
  const live = pods.map((pod) => ({ ...pod, namespace: pod.namespace ?? namespace }));
  const found = services(graph).map((service) => liveServiceOf(service, namespace, selectors.get(service.resource)));
  const targets: ScrapeTarget[] = [];
  const refused = new Map<Resource, string>();
  for (const kind of ['ServiceMonitor', 'PodMonitor']) {
    for (const monitor of graph.ofKind(kind, 'monitoring.coreos.com')) {
      const jobs = jobsOf(monitor, monitor.namespace ?? namespace, options);
      const refusal = refusalOf(monitor, jobs);
      if (refusal !== undefined) {
        refused.set(monitor, refusal);
        continue;
      }
      const near = kind === 'ServiceMonitor' ? graph.nearestOfEach(found, monitor) : [];
      for (const job of jobs) targets.push(...targetsOf(job, near, live));
    }
  }
  return { targets, refused };
}

type KnownService = LiveService & { readonly resource: Resource; readonly service: Service };

function liveServiceOf(service: Service, namespace: string, selector: Labels | undefined): KnownService {
  const { resource } = service;
  const spec = resource.field('spec');
  return {
    resource,
    service,
    name: resource.name,
    namespace: resource.namespace ?? namespace,
    labels: service.labels,
    annotations: resource.field('metadata', 'annotations').strings,
    selector: spec.get('type').string === 'ExternalName' ? {} : (selector ?? spec.get('selector').strings),
    ports: service.ports.map(({ name = '', target = 0, protocol }) => ({ name, target, protocol })),
    headless: spec.get('clusterIP').string === 'None',
    publishNotReadyAddresses: spec.get('publishNotReadyAddresses').boolean ?? false,
  };
}

/** The targets of one job. Identical targets are one. */
function targetsOf(job: ScrapeJob, near: readonly KnownService[], pods: readonly LivePod[]): ScrapeTarget[] {
  const inScope = ({ namespace }: { readonly namespace: string }): boolean =>
    job.namespaces === undefined || job.namespaces.includes(namespace);
  const seen = new Set<string>();
  const targets: Omit<ScrapeTarget, 'fails'>[] = [];
  const add = (discovered: Discovered, pod: RunningPod, service: Service | undefined): void => {
    const made = targetOf(job, discovered);
    if (made === undefined) return;
    const key = JSON.stringify([made.url, [...made.all].sort()]);
    if (seen.has(key)) return;
    seen.add(key);
    const { all: _all, ...rest } = made;
    targets.push({ job, pod, service, ...rest });
  };
  if (job.role === 'pod') {
    for (const pod of pods.filter(inScope)) {
      if (selected(job.selector, pod.labels)) for (const one of discoverPod(pod)) add(one, pod, undefined);
    }
  } else {
    for (const service of near.filter(inScope)) {
      if (!selected(job.selector, service.labels)) continue;
      for (const pod of pods) {
        for (const one of discoverService(service, [pod], job.role)) add(one, pod, service.service);
      }
    }
  }
  const { targets: limit } = job.limits;
  const fails =
    limit !== undefined && targets.length > limit
      ? `target_limit exceeded (number of targets: ${targets.length}, limit: ${limit})`
      : undefined;
  return targets.map((target) => ({ ...target, fails }));
}

const selected = (selector: Field | undefined, labels: Labels): boolean =>
  selector === undefined || matchesSelector(selector, labels);

/** A discovered target after relabeling. Undefined if it is dropped, or cannot be scraped. */
function targetOf(
  job: ScrapeJob,
  labels: Discovered,
):
  | (Pick<ScrapeTarget, 'url' | 'intervalSeconds' | 'timeoutSeconds' | 'labels'> & { readonly all: Discovered })
  | undefined {
  const before: { readonly [name: string]: string } = {
    job: job.name,
    __scrape_interval__: writeConfigDuration(job.intervalSeconds),
    __scrape_timeout__: writeConfigDuration(job.timeoutSeconds),
    __metrics_path__: job.path,
    __scheme__: job.scheme,
    ...Object.fromEntries(Object.entries(job.histograms).map(([name, value]) => [name, String(value)])),
    ...Object.fromEntries(Object.entries(job.params).flatMap(([name, [first]]) => [[`__param_${name}`, first ?? '']])),
  };
  for (const [name, value] of Object.entries(before)) if (!labels.has(name)) setLabel(labels, name, value);
  if (!relabel(labels, job.relabelings)) return undefined;

  const address = labels.get('__address__') ?? '';
  const intervalSeconds = readConfigDuration(labels.get('__scrape_interval__') ?? '') ?? 0;
  const timeoutSeconds = readConfigDuration(labels.get('__scrape_timeout__') ?? '') ?? 0;
  // Such a target is left out with a line in Prometheus's log.
  if (address === '' || address.includes('/')) return undefined;
  if (intervalSeconds === 0 || timeoutSeconds === 0 || timeoutSeconds > intervalSeconds) return undefined;
  if (Object.keys(job.histograms).some((name) => !isBoolean(labels.get(name)))) return undefined;

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
