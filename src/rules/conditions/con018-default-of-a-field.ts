import { parseCondition, walk } from '../../expr';
import { metrics } from '../../graph';
import { analysisTemplate } from '../shared/example';
import { filledConditions, metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const template = (condition: string): string =>
  analysisTemplate(`
- name: errors
  successCondition: ${JSON.stringify(condition)}
  provider:
    web:
      url: https://quality.example.com/checkout
      jsonPath: '{$.data}'`);

export const defaultOfAField: Rule = {
  code: 'CON018',
  severity: 'warning',
  title: 'default() and isNil() do not look at a field of the result',
  why: 'Argo Rollouts binds `default` and `isNil` to the whole result, whatever their first argument says. `default(result.errors, 0)` gives the whole result, so that a comparison with a number is an error, and `isNil(result.errors)` is false although the field is missing.',
  fix: 'Use the operator `??`: `(result.errors ?? 0) < 5`.',
  whenNotToUse: 'Never: the argument is ignored.',
  confirmedBy: 'Argo Rollouts 1.10.1, measured with its own evaluation.',
  bad: template('default(result.errors, 0) < 5'),
  good: template('(result.errors ?? 0) < 5'),
  checkPart(graph, report, part) {
    // For Prometheus, CON011 reports it with more detail.
    const others = part(metrics(graph)).filter(({ prometheus }) => !prometheus.exists);
    for (const { metric, key, field, text, verbatim } of filledConditions(others)) {
      const { ast } = parseCondition(text);
      if (!ast) continue;
      walk(ast, (node) => {
        if (node.kind !== 'call' || node.callee.kind !== 'identifier') return;
        const { name } = node.callee;
        const [first] = node.args;
        if ((name !== 'default' && name !== 'isNil') || first === undefined) return;
        const asked = text.slice(first.from, first.to).trim();
        if (asked === 'result' || !/\bresult\b/.test(asked)) return;
        report(
          field,
          `${key} of ${metricLabel(metric)} uses ${text.slice(node.from, node.to)}, and ${name} looks at the whole result`,
          {
            within: verbatim ? { from: node.from, to: node.to } : undefined,
            hint: name === 'default' ? `write (${asked} ?? …)` : `write ${asked} == nil`,
          },
        );
      });
    }
  },
};
