import { type Field, monitors, services, workloads } from '../../graph';
import type { Rule } from '../rule';
import { documents } from '../samples';
import { closest } from '../suggest';
import { APP, serviceMonitor } from './sample';

export const selectsNothing: Rule = {
  code: 'MON001',
  severity: 'warning',
  title: 'A monitor selects nothing',
  why: 'Prometheus scrapes nothing by it, and says nothing about it: queries give empty results, and analyses err or pass unseen.',
  fix: 'A ServiceMonitor selects by the labels of the Services (their `metadata.labels`, not their selector), a PodMonitor by those of the pods.',
  bad: documents(APP, serviceMonitor('port: http', 'app: checkout-stabel')),
  good: documents(APP, serviceMonitor('port: http')),
  peers: { kubeLinter: 'dangling-servicemonitor' },
  check(graph, report) {
    const labelled = {
      ServiceMonitor: services(graph).map(({ labels }) => labels),
      PodMonitor: workloads(graph).map(({ labels }) => labels ?? {}),
    };
    for (const { resource, selector, services: selected, workloads: pods } of monitors(graph)) {
      const byService = resource.kind === 'ServiceMonitor';
      if (byService ? selected.length > 0 : pods.length > 0) continue;
      const entries = selector.get('matchLabels').entries();
      const others = labelled[byService ? 'ServiceMonitor' : 'PodMonitor'];
      const close = entries.flatMap(([key, field]) => {
        const values = new Set(others.flatMap((labels) => labels[key] ?? []));
        const meant =
          field.string === undefined || values.has(field.string) ? undefined : closest(field.string, values);
        return meant === undefined ? [] : [{ field, meant }];
      })[0] as { field: Field; meant: string } | undefined;
      const wanted = entries.map(([key, { value }]) => `${key}=${String(value)}`).join(', ') || 'its selector';
      report(
        close?.field ?? selector,
        `${resource} selects ${byService ? 'Services' : 'pods'} by ${wanted}, and nothing here has that`,
        {
          outside: true,
          didYouMean: close && { name: close.meant },
          fix: close && { title: `write '${close.meant}'`, edits: [{ at: close.field, set: close.meant }] },
        },
      );
    }
  },
};
