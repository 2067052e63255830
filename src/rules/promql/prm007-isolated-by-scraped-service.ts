import type { AnalysisUse, Graph, Rollout } from '../../graph';
import { metricLabel, settingsOf } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { routersOf } from '../shared/routers';
import { isolationOf, longestWindow, metricQueries, type MetricQuery } from '../shared/metric-query';
import { isInfrastructure } from '../shared/series-source';
import { soakedBefore } from '../shared/step-timeline';
import { queryInRollout } from '../shared/example';

export const isolatedByScrapedService: Rule = {
  code: 'PRM007',
  severity: 'warning',
  title: 'The canary is identified by the Service through which it was scraped',
  why: 'Outside an update the canary Service selects the same pods as the stable Service. Its series hold requests of the old version until the update begins, and a window that reaches back there measures the old version. With a traffic router, the controller also switches the canary Service back and forth between the versions after an abort, until the canary is scaled down, so whatever counts by Service then mixes both.',
  fix: 'Match the pod-template hash, which identifies the version: `podTargetLabels: [rollouts-pod-template-hash]` in the monitor, and an argument with `podTemplateHashValue: Latest`.',
  whenNotToUse:
    'Ignore it when a manual approval guarantees that the analysis starts later than the window is long after the first weight. An analysis that starts later by its pauses or its `initialDelay` is not reported.',
  confirmedBy: CONFIRMED_BY.scrape,
  bad: queryInRollout('sum(increase(http_requests_total{service="checkout-canary",code=~"5.."}[5m]))'),
  good: queryInRollout(
    'sum(increase(http_requests_total{rollouts_pod_template_hash="{{args.canary-hash}}",code=~"5.."}[5m]))',
    {
      args: '      - name: canary-hash\n        valueFrom:\n          podTemplateHashValue: Latest',
      spec: 'args:\n  - name: canary-hash',
    },
  ),
  checkPart(graph, report, part) {
    for (const query of metricQueries(graph, part)) {
      const { metric, selectors } = query;
      for (const use of metric.uses) {
        const { rollout } = use;
        const canary = rollout?.services.canary?.to.name;
        if (!rollout || canary === undefined || isLate(graph, query, use, rollout)) continue;
        for (const { selector } of selectors) {
          // A proxy counts by the Service to which it sent the request.
          if (isInfrastructure(selector, metric)) continue;
          if (isolationOf(selector, metric, use, rollout) !== 'scraped service') continue;
          const by =
            selector.matchers.find(({ value, label }) => value.includes(canary) && /service|job/.test(label)) ??
            selector.matchers.find(({ label }) => /service|job/.test(label));
          report(
            metric.query,
            `the query of ${metricLabel(metric)} identifies the canary by ${by?.label ?? 'the Service'} '${canary}', which also selects the pods of the stable version until the update begins${flaps(rollout) ? ', and flaps between the versions after an abort' : ''}`,
            { within: by && { from: by.from, to: by.to }, hint: 'match the pod-template hash' },
          );
          // One finding for each metric: its other selectors need the same matcher.
          break;
        }
      }
    }
  },
};

/** Whether an analysis begins when its window holds only what was measured since the canary Service has selected the canary. */
function isLate(graph: Graph, query: MetricQuery, use: AnalysisUse, rollout: Rollout): boolean {
  const window = longestWindow(query, use);
  const step = use.place === 'background' ? rollout.canary.get('analysis', 'startingStep').integer : use.step;
  if (window === undefined || step === undefined) return false;
  return soakedBefore(graph, rollout, step) + settingsOf(query.metric, use).initialDelay >= window.seconds;
}

/** The controller does not switch the canary Service back and forth with dynamicStableScale. */
const flaps = (rollout: Rollout): boolean =>
  routersOf(rollout).length > 0 && rollout.canary.get('dynamicStableScale').boolean !== true;
