import { type Aggregate, walkPromql } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

export const quantileWithoutLe: Rule = {
  code: 'PRM011',
  severity: 'error',
  title: 'histogram_quantile() is used on buckets without the label le',
  why: '`histogram_quantile()` reads the bounds of classic buckets from the label `le`. After an aggregation without `le` it returns nothing, and every measurement has no data.',
  fix: 'Keep the label: `sum by (le) (rate(…_bucket[5m]))`.',
  whenNotToUse: 'It does not apply to native histograms, and is not reported for them.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket[5m])))'),
  good: withQuery('histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))'),
  checkPart(graph, report, part) {
    for (const { root, metric } of metricQueries(graph, part)) {
      walkPromql(root, (node) => {
        if (node.kind !== 'call' || node.name !== 'histogram_quantile') return;
        const [, inner] = node.args;
        if (inner?.kind !== 'aggregate' || keepsLe(inner)) return;
        let classic = false;
        // Native histograms have no such label.
        walkPromql(inner, (one) => {
          if (one.kind === 'selector' && one.metric?.endsWith('_bucket')) classic = true;
        });
        if (!classic) return;
        report(
          metric.query,
          `the query of ${metricLabel(metric)} drops the label le before histogram_quantile() can read it`,
          {
            within: inner.at,
            hint:
              inner.grouping === 'by'
                ? `keep it: ${inner.name} by (${['le', ...inner.labels].join(', ')})`
                : `keep it: ${inner.name} by (le)`,
          },
        );
      });
    }
  },
};

const keepsLe = ({ grouping, labels }: Aggregate): boolean =>
  grouping === 'by' ? labels.includes('le') : grouping === 'without' && !labels.includes('le');
