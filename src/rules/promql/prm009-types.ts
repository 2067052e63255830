import { promqlType, typeProblems } from '../../promql';
import { metricLabel } from '../shared/settings';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/query';
import { sample } from '../shared/promql-sample';

export const queryTypes: Rule = {
  code: 'PRM009',
  severity: 'error',
  title: 'A query uses a range where there can be none, or none where there must be one',
  why: 'Prometheus refuses it, though the grammar allows it. Every measurement is an error; after five in a row, 40 seconds, the rollout is aborted.',
  fix: 'Give `rate()`, `increase()` and `…_over_time()` a range (`x[5m]`), and everything else none.',
  bad: sample('sum(rate(http_requests_total))'),
  good: sample('sum(rate(http_requests_total[5m]))'),
  peers: { pint: 'promql/syntax, in rule files only' },
  check(graph, report) {
    for (const { root, metric } of metricQueries(graph)) {
      const problems = typeProblems(root);
      for (const { from, to, message } of problems) {
        report(metric.query, `Prometheus refuses the query of ${metricLabel(metric)}: ${message}`, {
          within: { from, to },
        });
      }
      const type = promqlType(root);
      if (problems.length > 0 || (type !== 'range vector' && type !== 'string')) continue;
      if (type === 'range vector' && !metric.prometheus.get('rangeQuery').exists) {
        report(metric.query, `the query of ${metricLabel(metric)} gives every sample of its range, the oldest first`, {
          within: { from: root.from, to: root.to },
          severity: 'warning',
          hint: 'take increase() or rate() of it',
        });
        continue;
      }
      report(metric.query, `the query of ${metricLabel(metric)} gives a ${type}, which is no number`, {
        within: { from: root.from, to: root.to },
        hint: type === 'string' ? undefined : 'a rangeQuery takes a range of it by itself',
      });
    }
  },
};
