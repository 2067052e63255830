import {
  type Labels,
  matchesSelector,
  memoizeOnGraph,
  monitors,
  type Resource,
  services,
  workloads,
} from '../../graph';
import type { Rule } from '../shared/rule';
import { documents, scrapedService, serviceMonitor } from '../shared/example';

const inNamespace = (text: string, namespace: string): string =>
  text.replace('metadata:\n', `metadata:\n  namespace: ${namespace}\n`);

export const monitorsOtherNamespace: Rule = {
  code: 'MON002',
  severity: 'warning',
  title: 'A monitor selects in the wrong namespace',
  why: 'A monitor looks only into its own namespace unless `namespaceSelector` says otherwise. It finds nothing there, Prometheus scrapes nothing, and nothing is reported.',
  fix: 'Name the namespace in `namespaceSelector.matchNames`, or move the monitor to the namespace of what it selects.',
  whenNotToUse: 'Never, if the shown object is what the monitor should select.',
  confirmedBy: 'Prometheus Operator 0.93, read in its source.',
  bad: documents(
    inNamespace(scrapedService('checkout-stable'), 'shop'),
    inNamespace(serviceMonitor('port: http'), 'monitoring'),
  ),
  good: documents(
    inNamespace(scrapedService('checkout-stable'), 'shop'),
    inNamespace(serviceMonitor('port: http', undefined, 'namespaceSelector:\n  matchNames:\n    - shop'), 'monitoring'),
  ),
  checkPart(graph, report, part) {
    for (const { resource, selector, services: selected, workloads: pods, namespaces } of part(monitors(graph))) {
      const byService = resource.kind === 'ServiceMonitor';
      const empty = selector.get('matchLabels').entries().length === 0;
      if (empty || namespaces === undefined || (byService ? selected.length > 0 : pods.length > 0)) continue;
      const [key, { value }] = selector.get('matchLabels').entries()[0];
      const first = (byService ? servicesByLabel : podsByLabel)(graph)
        .get(`${key}=${String(value)}`)
        ?.find(({ labels }) => matchesSelector(selector, labels))?.resource;
      if (!first) continue;
      const looks = namespaces.map((one) => (one === undefined ? 'its own namespace' : `'${one}'`)).join(', ');
      const at = resource.field('spec', 'namespaceSelector');
      report(at.exists ? at : selector, `${resource} looks into ${looks}, but ${first} is in '${first.namespace}'`, {
        related: { field: first.field('metadata', 'namespace'), message: 'what it would select' },
        hint: `add '${first.namespace}' to namespaceSelector.matchNames`,
      });
    }
  },
};

interface Labelled {
  readonly resource: Resource;
  readonly labels: Labels;
}

const servicesByLabel = memoizeOnGraph((graph) => byLabel(services(graph)));
const podsByLabel = memoizeOnGraph((graph) =>
  byLabel(workloads(graph).map(({ resource, labels = {} }) => ({ resource, labels }))),
);

function byLabel(all: readonly Labelled[]): Map<string, Labelled[]> {
  const found = new Map<string, Labelled[]>();
  for (const one of all) {
    for (const [key, value] of Object.entries(one.labels)) {
      const list = found.get(`${key}=${value}`);
      if (list) list.push(one);
      else found.set(`${key}=${value}`, [one]);
    }
  }
  return found;
}
