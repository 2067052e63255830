import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { isolationOf, metricQueries } from '../shared/metric-query';
import { queryInRollout } from '../shared/example';

export const notIsolated: Rule = {
  code: 'PRM006',
  severity: 'warning',
  title: 'A query mixes the canary with the stable version',
  why: 'At a weight of 20 % the canary contributes a fifth of the data, so 5 % failed requests of the canary look like 1 %. Failures of the stable version count as well, and abort the rollout of their fix.',
  fix: "Match a label that only the canary's series have: the pod-template hash (`podTargetLabels` in the monitor and an argument with `podTemplateHashValue: Latest`), or with Istio metrics the called Service (`destination_service_name`).",
  whenNotToUse:
    'Ignore it for a metric that watches the whole system on purpose, for example the load of a shared database.',
  confirmedBy: CONFIRMED_BY.series,
  bad: queryInRollout('sum(increase(http_requests_total{app="checkout",code=~"5.."}[5m]))'),
  good: queryInRollout(
    'sum(increase(http_requests_total{rollouts_pod_template_hash="{{args.canary-hash}}",code=~"5.."}[5m]))',
    {
      args: '      - name: canary-hash\n        valueFrom:\n          podTemplateHashValue: Latest',
      spec: 'args:\n  - name: canary-hash',
    },
  ),
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const use of metric.uses) {
        const { rollout, place } = use;
        if (!rollout || !['step', 'background'].includes(place) || !rollout.canary.exists) continue;
        if (selectors.length === 0 || rollout.canary.get('pingPong').exists) continue;
        if (selectors.some(({ selector }) => isolationOf(selector, metric, use, rollout) !== 'none')) continue;
        const { selector } = selectors[0];
        const labels = [...new Set(selectors.flatMap((one) => one.selector.matchers.map(({ label }) => label)))];
        const by = labels.length === 0 ? 'has no matcher at all' : `matches ${labels.join(', ')}`;
        report(
          metric.query,
          `the query of ${metricLabel(metric)} ${by}, so it mixes the canary of ${rollout.resource} with its stable version`,
          {
            within: { from: selector.from, to: selector.to },
            hint: 'match the pod-template hash',
          },
        );
      }
    }
  },
};
