import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { isolationOf, metricQueries } from '../shared/query';
import { inRollout } from '../shared/promql-sample';

export const notIsolated: Rule = {
  code: 'PRM006',
  severity: 'warning',
  title: 'A query counts the stable version together with the canary',
  why: 'At a weight of 5 % the canary gives a twentieth of the data: it may fail half of its requests before the whole shows 2.5 %. And what fails in the stable version aborts the rollout of its remedy.',
  fix: "Match what only the canary's series have: the pod-template hash (`podTargetLabels` in the monitor, and an argument with `podTemplateHashValue: Latest`), or with Istio's metrics the Service that was called (`destination_service_name`).",
  bad: inRollout('sum(increase(http_requests_total{app="checkout",code=~"5.."}[5m]))'),
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
        const { rollout, place } = use;
        // Without traffic routing the weight is a share of pods, which no request is held to.
        if (!rollout || !['step', 'background'].includes(place) || !rollout.canary.get('trafficRouting').exists)
          continue;
        if (selectors.length === 0 || rollout.canary.get('pingPong').exists) continue;
        if (selectors.some(({ selector }) => isolationOf(selector, metric, use, rollout) !== 'none')) continue;
        const { selector } = selectors[0];
        const labels = [...new Set(selectors.flatMap((one) => one.selector.matchers.map(({ label }) => label)))];
        const by = labels.length === 0 ? 'has no matcher at all' : `matches ${labels.join(', ')}`;
        report(
          metric.query,
          `the query of ${metricLabel(metric)} ${by}, and nothing that tells the canary of ${rollout.resource} from its stable version`,
          {
            within: { from: selector.from, to: selector.to },
            hint: 'match the pod-template hash',
          },
        );
      }
    }
  },
};
