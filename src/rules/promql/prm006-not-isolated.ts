import { type PromqlNode, type Selector, walkPromql } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { type Isolation, isolationOf, metricQueries } from '../shared/metric-query';
import { queryInRollout } from '../shared/example';

export const notIsolated: Rule = {
  code: 'PRM006',
  severity: 'warning',
  title: 'A query mixes the canary with the stable version',
  why: 'At a weight of 20 % the canary contributes a fifth of the data, so 5 % failed requests of the canary look like 1 %. Failures of the stable version count as well, and abort the rollout of their fix. A ratio mixes the versions too if only one of its sides is of the canary. A query for everything but the canary (`!=`, or `podTemplateHashValue: Stable`) judges no release at all.',
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
        const isolation = (selector: Selector): Isolation => isolationOf(selector, metric, use, rollout);
        const isOfCanary = (selector: Selector): boolean => !['none', 'stable'].includes(isolation(selector));
        if (selectors.some(({ selector }) => isOfCanary(selector))) {
          const half = halfIsolated(root, isOfCanary, (selector) => isolation(selector) === 'stable');
          if (half === undefined) continue;
          const { side, selector } = half;
          report(
            metric.query,
            side === 'divisor'
              ? `the query of ${metricLabel(metric)} divides by the ${selector.metric} of all versions of ${rollout.resource}, and counts only the canary above`
              : `the query of ${metricLabel(metric)} counts the ${selector.metric} of all versions of ${rollout.resource}, and divides by those of the canary alone`,
            { within: { from: selector.from, to: selector.to }, hint: 'match the canary on both sides' },
          );
          continue;
        }
        const ofStable = selectors.find((one) => isolation(one.selector) === 'stable')?.selector;
        if (ofStable) {
          report(
            metric.query,
            `the query of ${metricLabel(metric)} measures only the stable version of ${rollout.resource}: it selects everything but the canary`,
            {
              within: { from: ofStable.from, to: ofStable.to },
              hint: 'match the pod-template hash of the canary: podTemplateHashValue: Latest, and =',
            },
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

/** The side of a ratio that is of all versions, while the other is of the canary. */
interface HalfIsolated {
  readonly side: 'dividend' | 'divisor';
  readonly selector: Selector;
}

/**
 * The half of a ratio that is not of the canary while the other is. A quotient whose sides differ in nothing else is the
 * share that the canary has, or its rate against that of others, which is meant.
 */
function halfIsolated(
  root: PromqlNode,
  isOfCanary: (selector: Selector) => boolean,
  isOfStable: (selector: Selector) => boolean,
): HalfIsolated | undefined {
  let found: HalfIsolated | undefined;
  walkPromql(root, (node) => {
    if (found !== undefined || node.kind !== 'binary' || node.operator !== '/') return;
    const [above, below] = [selectorsIn(node.left), selectorsIn(node.right)];
    const [canaryAbove, canaryBelow] = [above.some(isOfCanary), below.some(isOfCanary)];
    if (canaryAbove === canaryBelow) return;
    const ofCanary = (canaryAbove ? above : below).filter(isOfCanary);
    if ((canaryAbove ? below : above).some((one) => isOfStable(one) || isOfAnother(one, ofCanary, isOfCanary))) return;
    for (const dividend of above) {
      const divisors = below.filter(({ metric }) => metric !== undefined && metric === dividend.metric);
      if (divisors.length === 0 || isOfCanary(dividend) !== canaryAbove) continue;
      if (!divisors.every((divisor) => narrows(dividend, divisor, isOfCanary))) continue;
      found ??= canaryAbove ? { side: 'divisor', selector: divisors[0] } : { side: 'dividend', selector: dividend };
    }
  });
  return found;
}

/** Whether a selector has another value of the label by which the canary is selected, so it says whom it compares. */
const isOfAnother = (
  one: Selector,
  ofCanary: readonly Selector[],
  isOfCanary: (selector: Selector) => boolean,
): boolean =>
  ofCanary.some((selector) =>
    selector.matchers.some(
      (canary) =>
        canary.operator === '=' &&
        isOfCanary({ ...selector, metric: undefined, matchers: [canary] }) &&
        one.matchers.some(
          ({ label, operator, value }) => label === canary.label && operator === '=' && value !== canary.value,
        ),
    ),
  );

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
