import { parseCondition, walk } from '../../expr';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricConditions } from '../shared/metric-conditions';
import { withConditions } from '../shared/example';

export const guardThatGuardsNothing: Rule = {
  code: 'CON011',
  severity: 'warning',
  title: 'A guard against missing data does not see an empty vector',
  why: 'For Prometheus no data is an empty list, which is not nil: `isNil(result)` is false and `default(result, 0)` returns the empty list. Both functions are meant for providers whose missing value is nil, such as Datadog. The case they should handle still ends in an error.',
  fix: 'Check the length: `len(result) == 0 || result[0] <= 5` accepts missing data, `len(result) > 0 && result[0] <= 5` does not.',
  whenNotToUse: 'It does not apply to other providers, and is not reported for them.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('isNil(result) || result[0] <= 5'),
  good: withConditions('len(result) == 0 || result[0] <= 5'),
  checkPart(graph, report, part) {
    for (const { metric, all, engine } of metricConditions(graph, part)) {
      for (const { key, field, text, verbatim } of all) {
        if (!/\b(?:isNil|default)\b/.test(text)) continue;
        const { ast } = parseCondition(text, engine);
        if (!ast) continue;
        walk(ast, (node) => {
          if (node.kind !== 'call' || node.callee.kind !== 'identifier') return;
          const { name } = node.callee;
          if (name !== 'isNil' && name !== 'default') return;
          const call = text.slice(node.from, node.to);
          const gives = name === 'isNil' ? 'is false' : 'is the empty list itself';
          report(
            field,
            `${key} of ${metricLabel(metric)} uses ${call}, which ${gives} when Prometheus returns nothing`,
            {
              within: verbatim ? { from: node.from, to: node.to } : undefined,
              hint: 'use len(result)',
            },
          );
        });
      }
    }
  },
};
