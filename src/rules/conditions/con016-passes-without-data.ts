import { parseCondition, walk } from '../../expr';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { withConditions } from '../shared/example';
import { edges, metricConditions } from '../shared/metric-conditions';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const QUERY = 'avg by (zone) (rate(checkout_errors_total[5m]))';

/** Functions that give 0 for an empty list, where `max` and `min` end in an error. */
const ZERO_OF_NOTHING = new Set(['mean', 'median', 'sum']);

export const passesWithoutData: Rule = {
  code: 'CON016',
  severity: 'warning',
  title: 'A mean or sum of no data counts as 0',
  why: 'In a condition, `mean`, `median` and `sum` of an empty list are 0. Without data, for example because the query names a series that does not exist, `mean(result) < 0.05` is true and the measurement is successful. `max(result)` and `min(result)` end in an error instead.',
  fix: 'Check the length as well: `len(result) > 0 && mean(result) < 0.05`.',
  whenNotToUse: 'When a version without data may be promoted.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('mean(result) < 0.05', '', QUERY),
  good: withConditions('len(result) > 0 && mean(result) < 0.05', '', QUERY),
  checkPart(graph, report, part) {
    for (const one of metricConditions(graph, part)) {
      const { metric, all, engine } = one;
      if (edges(one)?.empty.phase !== 'Successful') continue;
      for (const { key, field, text, verbatim } of all) {
        const { ast } = parseCondition(text, engine);
        if (!ast || /\blen\s*\(/.test(text)) continue;
        walk(ast, (node) => {
          if (node.kind !== 'builtin' || !ZERO_OF_NOTHING.has(node.name)) return;
          report(
            field,
            `${key} of ${metricLabel(metric)} uses ${text.slice(node.from, node.to)}, which is 0 when the query returns nothing, so the measurement is successful`,
            { within: verbatim ? { from: node.from, to: node.to } : undefined, hint: 'add len(result) > 0 &&' },
          );
        });
      }
    }
  },
};
