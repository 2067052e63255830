import { memoizeOnGraph, type Monitor, monitors, scrapesOf } from '../../graph';
import { metricLabel } from '../shared/metric-settings';
import { metricQueries } from '../shared/metric-query';
import { isInfrastructure } from '../shared/series-source';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, SCRAPED_APP, serviceMonitor } from '../shared/example';

const analysed = documents(
  SCRAPED_APP.replace(
    '- pause: {}',
    '- analysis:\n            templates:\n              - templateName: checkout-errors',
  ),
  analysisTemplate(prometheusMetric({})),
);

export const notScraped: Rule = {
  code: 'MON007',
  severity: 'warning',
  title: 'A query uses a metric of pods that nothing scrapes',
  why: 'The pods may serve the metric, but Prometheus does not know them. The query returns an empty result for every version.',
  fix: 'Add a ServiceMonitor or a PodMonitor for the pods of the Rollout, or correct the selector of the existing one.',
  whenNotToUse: 'When Prometheus finds the pods by annotations or by a static configuration.',
  confirmedBy: 'Prometheus Operator 0.93, read in its source.',
  // Another monitor shows that this set contains monitors.
  bad: documents(
    analysed,
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: other\n  labels:\n    app: other\nspec:\n  selector:\n    app: other\n  ports:\n    - name: http\n      port: 80',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: other\nspec:\n  selector:\n    matchLabels:\n      app: other\n  template:\n    metadata:\n      labels:\n        app: other\n    spec:\n      containers:\n        - name: other\n          image: other:1',
    serviceMonitor('port: http', 'app: checkout-stabel'),
  ),
  good: documents(analysed, serviceMonitor('port: http')),
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      const own = selectors.find(({ selector }) => !isInfrastructure(selector, metric));
      if (!own) continue;
      for (const { rollout } of metric.uses) {
        if (!rollout || rollout.workload.labels === undefined || scrapesOf(graph, rollout.resource).length > 0)
          continue;
        // Older set-ups scrape by annotations. If no monitor is given, monitors are probably kept elsewhere.
        if (rollout.workload.template.get('metadata', 'annotations', 'prometheus.io/scrape').exists) continue;
        const near = [
          ...(monitorsByNamespace(graph).get('*') ?? []),
          ...(monitorsByNamespace(graph).get(rollout.resource.namespace ?? '') ?? []),
        ];
        const dangling = near.find(({ services, workloads }) => services.length + workloads.length === 0);
        if (near.length === 0) continue;
        report(
          metric.query,
          `the query of ${metricLabel(metric)} asks for ${own.selector.metric}, and no monitor here scrapes the pods of ${rollout.resource}`,
          {
            within: { from: own.selector.from, to: own.selector.to },
            outside: dangling === undefined,
            related: dangling && { field: dangling.selector, message: 'this one selects nothing' },
          },
        );
      }
    }
  },
};

/** The monitors that look into a namespace, or are in it; `*`: those that look into all. */
const monitorsByNamespace = memoizeOnGraph((graph) => {
  const byNamespace = new Map<string, Monitor[]>();
  for (const monitor of monitors(graph)) {
    for (const namespace of new Set([...(monitor.namespaces ?? ['*']), monitor.resource.namespace])) {
      const list = byNamespace.get(namespace ?? '');
      if (list) list.push(monitor);
      else byNamespace.set(namespace ?? '', [monitor]);
    }
  }
  return byNamespace;
});
