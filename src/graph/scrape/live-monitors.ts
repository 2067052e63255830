import { type Graph, memoizeOnGraph } from '../graph';
import { memoizeByObject } from '../../formats/memoize';
import type { Resource } from '../resource';
import { type Labels, matchesSelector } from '../selector';
import { labelNameOf } from '../../promql/matcher';
import { jobsOf, type ScrapeDefaults, type ScrapeJob } from './job';
import { refusalOf } from './refused';

/** A monitor that the operator accepts. */
export interface LiveMonitor {
  readonly resource: Resource;
  readonly jobs: readonly ScrapeJob[];
}

/** The monitors of a graph, found by labels of what they select. */
export class LiveMonitors {
  /** The monitors that the operator rejects, and why. */
  readonly refused = new Map<Resource, string>();
  private readonly accepted: LiveMonitor[] = [];
  /** By kind and a label that each selected object has. */
  private readonly byLabel = new Map<string, number[]>();
  /** By kind: those of which no such label is known. */
  private readonly others = new Map<string, number[]>();

  constructor(graph: Graph, namespace: string, defaults: ScrapeDefaults) {
    for (const kind of ['ServiceMonitor', 'PodMonitor']) {
      for (const resource of graph.ofKind(kind, 'monitoring.coreos.com')) {
        const jobs = jobsOf(resource, resource.namespace ?? namespace, defaults);
        const refusal = refusalOf(resource, jobs, graph.releases);
        if (refusal === undefined) this.add(kind, { resource, jobs });
        else this.refused.set(resource, refusal);
      }
    }
  }

  private add(kind: string, monitor: LiveMonitor): void {
    const [label] = neededLabels(monitor.resource);
    const [index, key] = label === undefined ? [this.others, kind] : [this.byLabel, `${kind} ${label}`];
    const list = index.get(key);
    if (list) list.push(this.accepted.length);
    else index.set(key, [this.accepted.length]);
    this.accepted.push(monitor);
  }

  /** The monitors of a kind that may select an object with some of these labels, in the order of the manifests. */
  of(kind: 'ServiceMonitor' | 'PodMonitor', labels: readonly Labels[]): LiveMonitor[] {
    const found = new Set(this.others.get(kind));
    const known = new Set(labels.flatMap((each) => Object.entries(each).map(labelText)));
    for (const label of known) for (const index of this.byLabel.get(`${kind} ${label}`) ?? []) found.add(index);
    return [...found].sort((a, b) => a - b).map((index) => this.accepted[index]);
  }
}

/** Whether a job may scrape what has these labels. Its rules decide, so this only rules out what they certainly drop. */
export function maySelect(job: ScrapeJob, labels: Labels): boolean {
  if (job.selector !== undefined) return matchesSelector(job.selector, labels);
  const needed = neededLabels(job.monitor);
  if (needed.length === 0) return true;
  const there = labelTexts(labels);
  return needed.every((label) => there.has(label));
}

const labelTexts = memoizeByObject((labels: Labels) => new Set(Object.entries(labels).map(labelText)));

/** As in the names of Prometheus's labels, in which characters such as `/` become `_`. */
const labelText = ([label, value]: readonly [string, string]): string => `${labelNameOf(label)}=${value}`;

/** Labels that an object must have to be selected. A value that is an expression may match another. */
const neededLabels = memoizeByObject((monitor: Resource): readonly string[] =>
  Object.entries(monitor.field('spec', 'selector', 'matchLabels').strings)
    .filter(([, value]) => /^[\w-]+$/.test(value))
    .map(labelText),
);

/** The monitors of a graph; those that state no namespace are in the given one. */
export function liveMonitors(graph: Graph, namespace: string, defaults: ScrapeDefaults): LiveMonitors {
  const { scrapeInterval, scrapeTimeout, podTargetLabels, serviceDiscoveryRole } = defaults;
  const key = JSON.stringify([namespace, scrapeInterval, scrapeTimeout, podTargetLabels, serviceDiscoveryRole]);
  const known = byDefaults(graph);
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = new LiveMonitors(graph, namespace, defaults)));
  return found;
}

const byDefaults = memoizeOnGraph(() => new Map<string, LiveMonitors>());
