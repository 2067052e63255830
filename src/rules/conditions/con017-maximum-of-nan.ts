import { type ExprNode, parseCondition, walk } from '../../expr';
import { FAILED_SHARE, withConditions } from '../shared/example';
import { metricConditions } from '../shared/metric-conditions';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

export const maximumOfNaN: Rule = {
  code: 'CON017',
  severity: 'warning',
  title: 'max or min with a constant first hides NaN',
  why: 'A query that divides gives NaN without traffic. `max` and `min` of expr keep their first argument unless a later one compares as larger or smaller, and no comparison with NaN is true. So `max(0, result[0])` is 0 for NaN and the measurement is successful, while `max(result[0], 0)` is NaN.',
  fix: 'Check for NaN: `len(result) > 0 && !isNaN(result[0]) && result[0] < 0.05`. Or put the measured value first.',
  whenNotToUse: 'When a version without traffic may be promoted.',
  confirmedBy: 'expr 1.17.8 in Argo Rollouts 1.10.1, measured.',
  bad: withConditions('len(result) > 0 && max(0, result[0]) < 0.05', '', FAILED_SHARE),
  good: withConditions('len(result) > 0 && max(result[0], 0) < 0.05', '', FAILED_SHARE),
  checkPart(graph, report, part) {
    for (const { metric, all, engine } of metricConditions(graph, part)) {
      for (const { key, field, text, verbatim } of all) {
        if (!/\b(?:max|min)\b/.test(text) || /\bisNaN\b/.test(text)) continue;
        const { ast } = parseCondition(text, engine);
        if (!ast) continue;
        walk(ast, (node) => {
          if (node.kind !== 'builtin') return;
          const { name } = node;
          const [first, ...rest] = node.args;
          if ((name !== 'max' && name !== 'min') || !isNumber(first) || !rest.some((one) => mentionsResult(text, one)))
            return;
          report(
            field,
            `${key} of ${metricLabel(metric)} uses ${text.slice(node.from, node.to)}, which is ${text.slice(first.from, first.to)} for NaN`,
            { within: verbatim ? { from: node.from, to: node.to } : undefined, hint: 'check isNaN(result[0]) first' },
          );
        });
      }
    }
  },
};

const isNumber = (node: ExprNode | undefined): node is ExprNode => node?.kind === 'integer' || node?.kind === 'float';
const mentionsResult = (text: string, { from, to }: ExprNode): boolean => /\bresult\b/.test(text.slice(from, to));
