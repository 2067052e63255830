import { languageUses, unknownTo } from '../../promql';
import { memoizeByObject } from '../../formats/memoize';
import { allQueries } from '../shared/all-queries';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { withQuery } from '../shared/example';
import type { ReadPromql } from '../shared/metric-query';
import type { Rule } from '../shared/rule';

/** What a query uses that not each release knows. */
const usesOf = memoizeByObject(({ syntax, text }: ReadPromql) => languageUses(syntax, text));

export const unknownToRelease: Rule = {
  code: 'PRM026',
  severity: 'error',
  title: 'The stated release of Prometheus does not know a part of a query',
  why: 'PromQL grows, and Prometheus 3 removed a function. A query that uses what the release does not have ends in an error at every measurement; after five errors in a row, about 40 seconds, the rollout is aborted. What a release has only behind a feature flag is a warning: the query fails unless Prometheus runs with `--enable-feature`.',
  fix: 'Write the query with what the release has, or state the release that the cluster runs: `versions: { prometheus: "3.16" }` or `--prometheus-version`.',
  whenNotToUse:
    'Ignore the warning when Prometheus runs with the feature flag. Queries that look like ones for VictoriaMetrics are left out.',
  confirmedBy: `${CONFIRMED_BY.promql} Releases between them: by the changelog, see the page of supported versions.`,
  bad: withQuery('holt_winters(job:failed_requests:rate5m{job="checkout"}[1h], 0.3, 0.3)'),
  good: withQuery('avg_over_time(job:failed_requests:rate5m{job="checkout"}[1h])'),
  checkPart(graph, report, part) {
    const release = graph.releases.prometheus;
    for (const { field, read, label, mayBeMetricsQl } of allQueries(graph, part)) {
      if (mayBeMetricsQl) continue;
      const unknown = unknownTo(release, usesOf(read));
      if (unknown === undefined) continue;
      const { use, availability } = unknown;
      const since = use.entry.changes.find(({ value }) => value === 'always' || value === 'flag');
      const hint = since && use.entry.changes[0] !== since ? `known from Prometheus ${since.from} on` : undefined;
      report(
        field,
        availability === 'absent'
          ? `${label} uses ${use.what}, which Prometheus ${release} does not know`
          : `${label} uses ${use.what}, which Prometheus ${release} knows only behind a feature flag`,
        {
          within: { from: use.from, to: use.to },
          severity: availability === 'flag' ? 'warning' : undefined,
          hint: availability === 'flag' ? 'run Prometheus with the flag, or write the query without it' : hint,
        },
      );
    }
  },
};
