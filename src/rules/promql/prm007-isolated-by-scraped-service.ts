import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { isolationOf, metricQueries } from '../shared/query';
import { inRollout } from '../shared/promql-sample';

export const isolatedByScrapedService: Rule = {
  code: 'PRM007',
  severity: 'warning',
  title: 'The canary is told by the Service through which it was scraped',
  why: "When no rollout is under way, the canary Service selects the same pods as the stable one. So the series with its name hold the old version's requests until the rollout began, and a window that reaches back there judges them.",
  fix: 'Match the pod-template hash, which names the version: `podTargetLabels: [rollouts-pod-template-hash]` in the monitor, and an argument with `podTemplateHashValue: Latest`.',
  bad: inRollout('sum(increase(http_requests_total{service="checkout-canary",code=~"5.."}[5m]))'),
  good: inRollout(
    'sum(increase(http_requests_total{rollouts_pod_template_hash="{{args.canary-hash}}",code=~"5.."}[5m]))',
    {
      args: '      - name: canary-hash\n        valueFrom:\n          podTemplateHashValue: Latest',
      spec: 'args:\n  - name: canary-hash',
    },
  ),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, selectors } of metricQueries(graph)) {
      for (const use of metric.uses) {
        const { rollout } = use;
        const canary = rollout?.services.canary?.to.name;
        if (!rollout || canary === undefined) continue;
        for (const { selector } of selectors) {
          if (/^(istio|envoy)_/.test(selector.metric ?? '')) continue;
          if (isolationOf(selector, metric, use, rollout) !== 'scraped service') continue;
          const by =
            selector.matchers.find(({ value, label }) => value.includes(canary) && /service|job/.test(label)) ??
            selector.matchers.find(({ label }) => /service|job/.test(label));
          report(
            metric.query,
            `the query of ${metricLabel(metric)} tells the canary by ${by?.label ?? 'the Service'} '${canary}', which selects the stable version's pods as well until the rollout begins`,
            { within: by && { from: by.from, to: by.to }, hint: 'match the pod-template hash' },
          );
        }
      }
    }
  },
};
