import { scrapesOf } from '../../graph';
import { metricLabel } from '../shared/metric-settings';
import { metricQueries } from '../shared/metric-query';
import { isInfrastructure } from '../shared/series-source';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, SCRAPED_APP, serviceMonitor } from '../shared/example';

const TARGET_LABELS = /^(namespace|pod|service|container|job|instance|endpoint|rollouts_pod_template_hash)$/;
const analysed = documents(
  SCRAPED_APP.replace(
    '- pause: {}',
    '- analysis:\n            templates:\n              - templateName: checkout-errors',
  ),
  analysisTemplate(prometheusMetric({ query: 'sum(increase(http_requests_total{service="checkout-canary"}[5m]))' })),
);

export const honorLabels: Rule = {
  code: 'MON008',
  severity: 'advice',
  title: 'The application may overwrite the labels that identify the canary',
  why: 'With `honorLabels`, labels that the application sets on its series take precedence over those of the target. If it sets its own `service`, `pod` or `namespace`, the query finds other series than it asks for.',
  fix: 'Remove `honorLabels`. The labels of the application are then kept as `exported_…`.',
  whenNotToUse: 'When the target is a gateway or an exporter for other pods, such as the Pushgateway.',
  bad: documents(analysed, serviceMonitor('port: http\nhonorLabels: true')),
  good: documents(analysed, serviceMonitor('port: http')),
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      const asked = selectors
        .filter(({ selector }) => !isInfrastructure(selector, metric))
        .flatMap(({ selector }) => selector.matchers)
        .find(({ label }) => TARGET_LABELS.test(label));
      if (!asked) continue;
      for (const { rollout } of metric.uses) {
        for (const { monitor, endpoint } of rollout ? scrapesOf(graph, rollout.resource) : []) {
          const at = endpoint.field.get('honorLabels');
          if (at.boolean !== true) continue;
          report(
            at,
            `${monitor.resource} lets the application overwrite '${asked.label}', by which ${metricLabel(metric)} selects its series`,
            {
              related: { field: metric.query, message: 'the query' },
              fix: { title: 'leave out honorLabels', edits: [{ at, remove: true }] },
            },
          );
        }
      }
    }
  },
};
