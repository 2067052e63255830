import { memoizeByObject } from '../../formats/memoize';
import { type Graph, memoizeOnGraph } from '../graph';
import { liveAnnotationsOf } from '../mesh';
import type { ScrapeOfWorkload } from '../monitoring';
import type { Resource } from '../resource';
import { discoverPod, discoverService, type Discovered, type LivePod } from './discover';
import { jobsOf, type ScrapeJob } from './job';
import { liveServiceOf } from './live-services';
import { containersOf } from './pod';
import { refusalOf } from './refused';
import { byRelease, targetOf } from './targets';

/** Where an endpoint of a monitor scrapes the pods of a workload, after its relabelings. */
export interface ScrapedAddress {
  readonly scheme: string;
  readonly port: number;
  readonly path: string;
}

/** Any address: only its port counts. */
const POD_IP = '10.0.0.1';
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * The addresses at which an endpoint scrapes a pod of a workload, each once. None if relabelings drop the pod or name
 * another host, or if the operator refuses the monitor.
 */
export const scrapedAddresses = (graph: Graph, scrape: ScrapeOfWorkload): readonly ScrapedAddress[] =>
  addressesIn(graph)(scrape);

const addressesIn = memoizeOnGraph((graph) =>
  memoizeByObject((scrape: ScrapeOfWorkload) => addressesOf(graph, scrape)),
);

/** The jobs of a monitor. None if the operator refuses it. */
const jobsIn = memoizeOnGraph((graph) =>
  memoizeByObject((monitor: Resource): readonly ScrapeJob[] => {
    const jobs = jobsOf(monitor, monitor.namespace ?? 'default', {});
    return refusalOf(monitor, jobs, graph.releases) === undefined ? jobs : [];
  }),
);

function addressesOf(graph: Graph, { monitor, endpoint, scrape }: ScrapeOfWorkload): readonly ScrapedAddress[] {
  const namespace = scrape.workload.resource.namespace ?? 'default';
  const job = jobsIn(graph)(monitor.resource)[monitor.endpoints.indexOf(endpoint)] as ScrapeJob | undefined;
  if (job === undefined) return [];
  const release = byRelease(graph);
  const found = new Map<string, ScrapedAddress>();
  for (const labels of discovered(graph, scrape, namespace, job.role)) {
    const { all } = targetOf(job, labels, release) ?? {};
    const address = all && addressOf(all);
    if (address) found.set(JSON.stringify(address), address);
  }
  return [...found.values()];
}

/** A pod before relabeling, through the Services of a scrape, for which the targets are the same. */
function discovered(
  graph: Graph,
  { workload, services: [service] }: ScrapeOfWorkload['scrape'],
  namespace: string,
  role: ScrapeJob['role'],
): Discovered[] {
  const { resource, template, labels = {} } = workload;
  const pod: LivePod = {
    name: `${resource.name}-0`,
    namespace,
    labels,
    annotations: liveAnnotationsOf(graph, workload),
    ip: POD_IP,
    containers: containersOf(template, 'containers'),
    initContainers: containersOf(template, 'initContainers'),
  };
  if (role === 'pod') return discoverPod(pod);
  // The controller may fill the selector of a Service.
  return discoverService({ ...liveServiceOf(service, namespace), namespace, selector: labels }, [pod], role);
}

function addressOf(labels: Discovered): ScrapedAddress | undefined {
  const scheme = labels.get('__scheme__') ?? 'http';
  const [, host, number] = /^([^:]*)(?::(\d+))?$/.exec(labels.get('__address__') ?? '') ?? [];
  const port = number === undefined ? (DEFAULT_PORTS[scheme] ?? 80) : Number(number);
  // A manifest may state no number.
  if (host !== POD_IP || port === 0) return undefined;
  const path = labels.get('__metrics_path__') ?? '';
  return { scheme, port, path: path.startsWith('/') ? path : `/${path}` };
}
