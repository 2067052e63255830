import { type PromqlNode, type Selector, walkPromql } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { isolationOf, metricQueries } from '../shared/metric-query';
import { queryInRollout } from '../shared/example';

export const notIsolated: Rule = {
  code: 'PRM006',
  severity: 'warning',
  title: 'A query mixes the canary with the stable version',
  why: 'At a weight of 20 % the canary contributes a fifth of the data, so 5 % failed requests of the canary look like 1 %. Failures of the stable version count as well, and abort the rollout of their fix. A ratio mixes the versions too if only its dividend is of the canary.',
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
    for (const { metric, selectors, root } of metricQueries(graph, part)) {
      for (const use of metric.uses) {
        const { rollout, place } = use;
        if (!rollout || !['step', 'background'].includes(place) || !rollout.canary.exists) continue;
        if (selectors.length === 0 || rollout.canary.get('pingPong').exists) continue;
        const isOfCanary = (selector: Selector): boolean => isolationOf(selector, metric, use, rollout) !== 'none';
        if (selectors.some(({ selector }) => isOfCanary(selector))) {
          const divisor = halfIsolated(root, isOfCanary);
          if (divisor === undefined) continue;
          report(
            metric.query,
            `the query of ${metricLabel(metric)} divides by the ${divisor.metric} of all versions of ${rollout.resource}, and counts only the canary above`,
            { within: { from: divisor.from, to: divisor.to }, hint: 'match the canary on both sides' },
          );
          continue;
        }
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

/**
 * The divisor of a ratio whose dividend alone is of the canary. A quotient whose sides differ in nothing else is the share
 * that the canary has, which is meant.
 */
function halfIsolated(root: PromqlNode, isOfCanary: (selector: Selector) => boolean): Selector | undefined {
  let found: Selector | undefined;
  walkPromql(root, (node) => {
    if (node.kind !== 'binary' || node.operator !== '/') return;
    const [above, below] = [selectorsIn(node.left), selectorsIn(node.right)];
    if (!above.some(isOfCanary) || below.some(isOfCanary)) return;
    for (const dividend of above) {
      const divisor = below.find(({ metric }) => metric !== undefined && metric === dividend.metric);
      if (divisor && isOfCanary(dividend) && narrows(dividend, divisor, isOfCanary)) found ??= divisor;
    }
  });
  return found;
}

function selectorsIn(node: PromqlNode): readonly Selector[] {
  const found: Selector[] = [];
  walkPromql(node, (one) => {
    if (one.kind === 'selector') found.push(one);
  });
  return found;
}

/** Whether a selector has a matcher that the other lacks, besides those that identify the canary. */
const narrows = (one: Selector, other: Selector, isOfCanary: (selector: Selector) => boolean): boolean =>
  one.matchers.some(
    (matcher) =>
      !isOfCanary({ ...one, metric: undefined, matchers: [matcher] }) &&
      !other.matchers.some(
        ({ label, operator, value }) =>
          label === matcher.label && operator === matcher.operator && value === matcher.value,
      ),
  );
