import { metricLabel } from '../shared/metric-settings';
import { valueRangeOf } from '../shared/value-range';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

export const istioCountsTwice: Rule = {
  code: 'PRM021',
  severity: 'advice',
  title: 'Istio requests are counted twice',
  why: "Istio's proxies report each request at its source and at its destination. A count without the label `reporter` adds both, and is halved for callers outside the mesh.",
  fix: 'Match `reporter="destination"` for what the pods did, or `reporter="source"` for what callers saw, including failed connections.',
  whenNotToUse: 'Ignore it in a mesh where only one side reports, such as an ambient mesh with waypoints.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery(
    'sum(increase(istio_requests_total{destination_service_name="checkout-canary",response_code=~"5.."}[5m]))',
  ),
  good: withQuery(
    'sum(increase(istio_requests_total{reporter="source",destination_service_name="checkout-canary",response_code=~"5.."}[5m]))',
  ),
  checkPart(graph, report, part) {
    for (const { metric, selectors, root } of metricQueries(graph, part)) {
      // Double counting in both operands of a division cancels out.
      if (valueRangeOf(root).most < Infinity) continue;
      const found = selectors.find(
        ({ selector, around }) =>
          selector.metric === 'istio_requests_total' &&
          !selector.matchers.some(({ label }) => label === 'reporter') &&
          !around.some(
            (one) =>
              (one.kind === 'aggregate' && one.labels.includes('reporter')) ||
              (one.kind === 'binary' && one.operator === '/'),
          ),
      );
      if (!found) continue;
      const { from, to } = found.selector;
      report(
        metric.query,
        `the query of ${metricLabel(metric)} counts each request twice, at its source and at its destination`,
        {
          within: { from, to },
          hint: 'match reporter="source" or reporter="destination"',
        },
      );
    }
  },
};
