import { parseCondition, walk } from '../../expr';
import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { metricConditions } from '../shared/condition';
import { sample } from '../shared/conditions-sample';

export const guardThatGuardsNothing: Rule = {
  code: 'CON011',
  severity: 'warning',
  title: 'A condition guards against no data by what does not see it',
  why: 'For Prometheus an empty result is an empty list, and that is not nil: `isNil(result)` is false, and `default(result, 0)` gives the empty list back. They are made for other providers. The case that they should catch is still an error.',
  fix: 'Ask for the length: `len(result) == 0 || result[0] <= 5` lets no data pass, `len(result) > 0 && result[0] <= 5` does not.',
  bad: sample('isNil(result) || result[0] <= 5'),
  good: sample('len(result) == 0 || result[0] <= 5'),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, all } of metricConditions(graph)) {
      for (const { key, field, text, verbatim } of all) {
        const { ast } = parseCondition(text);
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
