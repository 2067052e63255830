import { memoizeByObject } from '../../formats/memoize';
import { type Endpoint, HASH_LABEL, type Resource, scrapesOf } from '../../graph';
import { metricLabel } from '../shared/metric-settings';
import { labelsAfter } from './labels-after';
import { metricQueries } from '../shared/metric-query';
import { isInfrastructure } from '../shared/series-source';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, SCRAPED_APP, serviceMonitor } from '../shared/example';

const analysed = documents(
  SCRAPED_APP.replace(
    '- pause: {}',
    `- analysis:
            templates:
              - templateName: checkout-errors
            args:
              - name: canary-hash
                valueFrom:
                  podTemplateHashValue: Latest`,
  ),
  analysisTemplate(
    prometheusMetric({
      query: 'sum(increase(http_requests_total{rollouts_pod_template_hash="{{args.canary-hash}}",code=~"5.."}[5m]))',
    }),
    'args:\n  - name: canary-hash',
  ),
);

export const hashNotScraped: Rule = {
  code: 'MON005',
  severity: 'error',
  title: 'A query filters by the pod-template hash, but no series has it',
  why: 'Labels of a pod are not on its series unless the monitor adds them. The query finds nothing for either version: the analysis ends with an error, pauses or passes, as its conditions treat missing data.',
  fix: 'Add the label: `podTargetLabels: [rollouts-pod-template-hash]` in the monitor that scrapes the pods. If a relabeling drops it, remove that relabeling.',
  whenNotToUse:
    'When another job than the given monitors scrapes the metric and copies the labels of pods. The metrics of known proxies, routers and exporters are left out.',
  confirmedBy: 'Prometheus Operator 0.93, read in its source.',
  bad: documents(analysed, serviceMonitor('port: http')),
  good: documents(
    analysed,
    serviceMonitor('port: http', undefined, 'podTargetLabels:\n  - rollouts-pod-template-hash'),
  ),
  checkPart(graph, report, part) {
    const label = HASH_LABEL.replaceAll('-', '_');
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const { rollout } of metric.uses) {
        const scrapes = rollout ? scrapesOf(graph, rollout.resource) : [];
        if (scrapes.length === 0) continue;
        const asked = selectors.find(
          ({ selector }) => !isInfrastructure(selector, metric) && selector.matchers.some((one) => one.label === label),
        );
        const matcher = asked?.selector.matchers.find((one) => one.label === label);
        if (!matcher) continue;
        if (scrapes.some(({ endpoint }) => carriesHash(endpoint))) continue;
        const [{ monitor }] = scrapes;
        report(
          metric.query,
          `the query of ${metricLabel(metric)} asks for ${label}, which ${monitor.resource} does not put on the series`,
          {
            within: { from: matcher.from, to: matcher.to },
            hint: copied(monitor.resource)
              ? 'remove the relabeling that takes it away'
              : `add podTargetLabels: [${HASH_LABEL}] to the monitor`,
            related: { field: monitor.resource.field('spec'), message: 'the monitor' },
            fix: monitor.resource.field('spec', 'podTargetLabels').exists
              ? undefined
              : {
                  title: 'add podTargetLabels',
                  edits: [{ at: monitor.resource.field('spec'), add: 'podTargetLabels', value: [HASH_LABEL] }],
                },
          },
        );
      }
    }
  },
};

/** Whether the monitor copies the label from the pod. */
const copied = (monitor: Resource): boolean =>
  monitor
    .field('spec', 'podTargetLabels')
    .items()
    .some(({ string }) => string === HASH_LABEL);

/** Whether series have the label after all relabelings, which may copy it by name or by a pattern, or remove it. */
const carriesHash = memoizeByObject(({ field }: Endpoint): boolean => {
  const label = HASH_LABEL.replaceAll('-', '_');
  const target: Record<string, string> = { [`__meta_kubernetes_pod_label_${label}`]: 'hash' };
  if (copied(field.resource)) target[label] = 'hash';
  const after = [...labelsAfter(field, target)];
  return after[after.length - 1].labels.has(label);
});
