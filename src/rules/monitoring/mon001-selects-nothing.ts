import {
  type Field,
  type Graph,
  type Labels,
  memoizeOnGraph,
  monitors,
  type Resource,
  services,
  workloads,
} from '../../graph';
import { nearestLabel, selectorAsksToo } from '../shared/pod-labels';
import type { Rule } from '../shared/rule';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';
import { closest } from '../shared/suggest';

export const selectsNothing: Rule = {
  code: 'MON001',
  severity: 'warning',
  title: 'A monitor selects nothing',
  why: 'Prometheus scrapes nothing and reports nothing about it. Queries return empty results, and analyses end with an error or pass without data.',
  fix: 'Use the labels of the Services in a ServiceMonitor (their `metadata.labels`, not their selector) and the labels of the pods in a PodMonitor.',
  whenNotToUse: 'When what it selects is kept elsewhere; then lint without `--closed-world`.',
  confirmedBy: 'Prometheus Operator 0.93, read in its source.',
  bad: documents(SCRAPED_APP, serviceMonitor('port: http', 'app: checkout-stabel')),
  good: documents(SCRAPED_APP, serviceMonitor('port: http')),
  peers: { kubeLinter: 'dangling-servicemonitor' },
  checkPart(graph, report, part) {
    for (const { resource, selector, services: selected, workloads: pods } of part(monitors(graph))) {
      const byService = resource.kind === 'ServiceMonitor';
      if (byService ? selected.length > 0 : pods.length > 0) continue;
      const entries = selector.get('matchLabels').entries();
      const known = byService ? ofServices(graph) : ofPods(graph);
      const close = entries.flatMap(([key, field]) => {
        const candidates = known.get(key) ?? new Set<string>();
        const meant =
          field.string === undefined || candidates.has(field.string) ? undefined : closest(field.string, candidates);
        return meant === undefined ? [] : [{ field, meant }];
      })[0] as { field: Field; meant: string } | undefined;
      const wanted = entries.map(([key, { value }]) => `${key}=${String(value)}`).join(', ') || 'its selector';
      report(
        close?.field ?? selector,
        `${resource} selects ${byService ? 'Services' : 'pods'} by ${wanted}, but nothing here has that label`,
        {
          because: [selector, ...(byService ? [] : ownSelectors(graph, resource, entries))],
          outside: true,
          didYouMean: close && { name: close.meant },
          fix: close && { title: `write '${close.meant}'`, edits: [{ at: close.field, set: close.meant }] },
        },
      );
    }
  },
};

/** The places where the intended workloads contradict themselves. */
function ownSelectors(graph: Graph, { namespace }: Resource, entries: [string, Field][]): Field[] {
  return entries.flatMap(([key, { string }]) => {
    const near = string === undefined ? undefined : nearestLabel(graph, namespace, key, string);
    return (near && selectorAsksToo(near.workload, key, string)) ?? [];
  });
}

const ofServices = memoizeOnGraph((graph) => valuesByLabel(services(graph).map(({ labels }) => labels)));
const ofPods = memoizeOnGraph((graph) => valuesByLabel(workloads(graph).map(({ labels }) => labels ?? {})));

function valuesByLabel(all: readonly Labels[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [key, value] of all.flatMap((labels) => Object.entries(labels))) {
    found.set(key, (found.get(key) ?? new Set<string>()).add(value));
  }
  return found;
}
