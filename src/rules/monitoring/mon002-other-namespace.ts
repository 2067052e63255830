import { matchesSelector, monitors, services, workloads } from '../../graph';
import type { Rule } from '../rule';
import { documents } from '../samples';
import { service, serviceMonitor } from './sample';

const inNamespace = (text: string, namespace: string): string =>
  text.replace('metadata:\n', `metadata:\n  namespace: ${namespace}\n`);

export const monitorsOtherNamespace: Rule = {
  code: 'MON002',
  severity: 'warning',
  title: 'A monitor looks for what it selects in another namespace',
  why: 'A monitor looks into its own namespace alone, unless `namespaceSelector` says otherwise. It finds nothing there, Prometheus scrapes nothing, and nobody is told.',
  fix: 'Name the namespace in `namespaceSelector.matchNames`, or put the monitor beside what it monitors.',
  bad: documents(
    inNamespace(service('checkout-stable'), 'shop'),
    inNamespace(serviceMonitor('port: http'), 'monitoring'),
  ),
  good: documents(
    inNamespace(service('checkout-stable'), 'shop'),
    inNamespace(serviceMonitor('port: http', undefined, 'namespaceSelector:\n  matchNames:\n    - shop'), 'monitoring'),
  ),
  check(graph, report) {
    for (const { resource, selector, services: selected, workloads: pods, namespaces } of monitors(graph)) {
      const byService = resource.kind === 'ServiceMonitor';
      const empty = selector.get('matchLabels').entries().length === 0;
      if (empty || namespaces === undefined || (byService ? selected.length > 0 : pods.length > 0)) continue;
      const fitting = byService
        ? services(graph).filter(({ labels }) => matchesSelector(selector, labels))
        : workloads(graph).filter(({ labels }) => labels && matchesSelector(selector, labels));
      const first = fitting[0]?.resource;
      if (!first) continue;
      const looks = namespaces.map((one) => (one === undefined ? 'its own namespace' : `'${one}'`)).join(', ');
      const at = resource.field('spec', 'namespaceSelector');
      report(at.exists ? at : selector, `${resource} looks into ${looks}, and ${first} is in '${first.namespace}'`, {
        related: { field: first.field('metadata', 'namespace'), message: 'what it would select' },
        hint: `add '${first.namespace}' to namespaceSelector.matchNames`,
      });
    }
  },
};
