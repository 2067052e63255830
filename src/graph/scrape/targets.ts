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

/** One thing that a Prometheus scrapes. The same pod may be several. */
export interface ScrapeTarget {
  /** What the operator made of the endpoint: its name, its interval, what happens to a sample. */
  readonly job: ScrapeJob;
  /** `http://10.0.0.1:8080/metrics`. */
  readonly url: string;
  /** Seconds; relabeling can change what the endpoint says. */
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
  /** The namespace of what states none. @default 'default' */
  readonly namespace?: string;
  /**
   * What Services select at this moment in place of what their manifests say: the controller adds
   * `rollouts-pod-template-hash` to those that it manages.
   *
   * @default as the manifests say
   */
  readonly selectors?: ReadonlyMap<Resource, Labels>;
}

/** What all monitors together scrape. */
export interface Scraped {
  readonly targets: readonly ScrapeTarget[];
  /** The monitors that the operator leaves out, and why. */
  readonly refused: ReadonlyMap<Resource, string>;
}

/**
 * What a Prometheus would scrape that the operator runs with these monitors, while these pods are there. All monitors
 * are taken to be selected by the Prometheus, and nothing else of it to be set than what the options say: no shards, no
 * scrape classes, no enforced namespace label, no metadata of nodes.
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

/** What one job scrapes. Two that are alike in everything are one. */
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

/** What relabeling leaves of a discovered thing; undefined where it is dropped, or is nothing that can be scraped. */
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

/** Percent-encoded but for letters, digits, `-_.~` and what is named, as Go does it. A `?` in a path is no query. */
function escaped(text: string, keep: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%[0-9A-F]{2}/g, (code) => {
      const char = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return keep.includes(char) ? char : code;
    });
}
