import { comparisons } from '../../expr';
import { walkPromql } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricConditions } from '../shared/metric-conditions';
import { withConditions } from '../shared/example';

/** Functions that extrapolate or interpolate, so that whole numbers do not come out whole. */
const INEXACT = new Set(['rate', 'increase', 'irate', 'delta', 'deriv', 'histogram_quantile', 'predict_linear']);

export const equality: Rule = {
  code: 'CON013',
  severity: 'warning',
  title: 'A condition compares an extrapolated value for equality',
  why: '`increase()` and `rate()` extrapolate from the samples to the edges of the window, so five failures are returned as 5.17. Only 0 is returned exactly. A comparison with `==` therefore almost never holds.',
  fix: 'Use `<=` or `>=`, or round the query.',
  whenNotToUse:
    'Ignore it when the query is rounded in a way that the linter does not see, for example in a recording rule.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withConditions('len(result) > 0 && result[0] == 1'),
  good: withConditions('len(result) > 0 && result[0] == 0'),
  checkPart(graph, report, part) {
    for (const { metric, all, query, engine } of metricConditions(graph, part)) {
      let by: string | undefined;
      if (query) {
        walkPromql(query.root, (node) => {
          if (node.kind === 'call' && INEXACT.has(node.name)) by ??= node.name;
        });
        // Functions whose result is a whole number again.
        const { root } = query;
        if (root.kind === 'call' && ['round', 'ceil', 'floor', 'sgn'].includes(root.name)) by = undefined;
        if (root.kind === 'aggregate' && root.name === 'count') by = undefined;
        if (root.kind === 'binary' && root.bool) by = undefined;
      }
      if (by === undefined) continue;
      for (const { key, field, text, verbatim } of all) {
        for (const { subject, operator, threshold, from, to } of comparisons(text, engine)) {
          if ((operator !== '==' && operator !== '!=') || threshold === 0 || subject.startsWith('len')) continue;
          // A share may well be exactly 1.
          if (threshold === 1 && query?.root.kind === 'binary' && query.root.operator === '/') continue;
          report(
            field,
            `${key} of ${metricLabel(metric)} asks whether ${subject} is exactly ${threshold}, but ${by}() extrapolates`,
            {
              within: verbatim ? { from, to } : undefined,
              hint: 'use <= or >=',
            },
          );
        }
      }
    }
  },
};
