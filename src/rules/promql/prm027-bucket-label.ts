import { bucketMatchers } from '../../promql';
import { lookUp, PROMETHEUS } from '../../versions';
import { allQueries } from '../shared/all-queries';
import { withQuery } from '../shared/example';
import { selectorsOf } from '../shared/metric-query';
import type { Rule } from '../shared/rule';

const share = (le: string): string =>
  `sum(rate(http_request_duration_seconds_bucket{le${le}}[5m])) / sum(rate(http_request_duration_seconds_count[5m]))`;

export const bucketLabel: Rule = {
  code: 'PRM027',
  severity: 'error',
  title: 'A matcher on le or quantile is not in the form that Prometheus 3 stores',
  why: 'Prometheus 3 stores the labels `le` and `quantile` of scraped histograms and summaries as decimal numbers: a bucket that the application exposes as `le="1"` is stored as `le="1.0"`. `le="1"` then matches nothing, so a share of fast requests is always empty, and its measurement ends in an error or passes by a condition on empty results. Prometheus 2 stores the label as it is exposed.',
  fix: 'Write `le="1.0"` for Prometheus 3, `le="1"` for Prometheus 2, or `le=~"1|1\\\\.0"` for both.',
  whenNotToUse:
    'Ignore it for series that come without a TYPE line, by remote write, or from a recording rule of an older Prometheus: their labels stay as they are. Queries that look like ones for VictoriaMetrics are left out.',
  confirmedBy: 'Prometheus 2.42.0 and 3.16.0: both were run over the same scraped histogram.',
  bad: withQuery(share('="1"')),
  good: withQuery(share('="1.0"')),
  checkPart(graph, report, part) {
    const release = graph.releases.prometheus;
    if (!lookUp(PROMETHEUS.normalisesBuckets, release)) return;
    for (const query of allQueries(graph, part)) {
      // VictoriaMetrics stores the label as it is exposed.
      if (query.mayBeMetricsQl) continue;
      for (const { selector } of selectorsOf(query.read)) {
        // A recorded series keeps the label that its source had.
        if (selector.metric?.includes(':')) continue;
        for (const { matcher, rewritten, both } of bucketMatchers(selector)) {
          if (rewritten.length === 0) continue;
          const { label, operator, value, from, to } = matcher;
          const effect = operator.startsWith('!') ? 'excludes nothing' : 'matches nothing';
          const stored = rewritten.map(({ written, stored }) => `'${written}' as '${stored}'`).join(', ');
          report(
            query.field,
            `${label}${operator}"${value}" in ${query.label} ${effect}: Prometheus ${release} stores ${stored}`,
            { within: { from, to }, hint: `${both} is right on Prometheus 2 and 3` },
          );
        }
      }
    }
  },
};
