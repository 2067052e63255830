import { parseCondition, prepareAssessment, walk } from '../../expr';
import { metrics } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { analysisTemplate } from '../shared/example';
import { judged } from '../shared/metric-conditions';
import { filledConditions, metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const template = (condition: string): string =>
  analysisTemplate(`
- name: errors
  successCondition: ${JSON.stringify(condition)}
  provider:
    datadog:
      interval: 5m
      query: 'sum:checkout.errors{service:checkout}'`);

export const nilIsAnError: Rule = {
  code: 'CON014',
  severity: 'warning',
  title: 'A Datadog condition ends in an error when there is no data',
  why: 'Where Datadog has no data, the result is nil, and a comparison of nil with a number is an error. A version that never failed may have no series of failures. After five errors in a row, about 40 seconds, the rollout is aborted although nothing is known against the version.',
  fix: 'Say what no data means: `default(result, 0) <= 5` takes it for 0, `!isNil(result) && result <= 5` fails it.',
  whenNotToUse: 'Ignore it when missing data must abort the rollout.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: template('result <= 5'),
  good: template('default(result, 0) <= 5'),
  checkPart(graph, report, part) {
    const ofDatadog = part(metrics(graph)).filter(({ field }) => field.get('provider', 'datadog').exists);
    for (const { metric, key, field, text } of filledConditions(ofDatadog)) {
      const judge = judged(() => prepareAssessment({ successCondition: text }, 'json'));
      const [none, some] = [judged(() => judge?.(null)), judged(() => judge?.(1))];
      if (none?.phase !== 'Error' || some === undefined || some.phase === 'Error' || guards(text)) continue;
      report(
        field,
        `${key} of ${metricLabel(metric)} is an error when Datadog has no data, because the result is nil then`,
        { hint: 'write default(result, 0), or check isNil(result)' },
      );
    }
  },
};

/** Whether a condition looks for nil itself. */
function guards(text: string): boolean {
  const { ast } = parseCondition(text);
  let found = false;
  if (ast) {
    walk(ast, (node) => {
      if (node.kind !== 'call' || node.callee.kind !== 'identifier') return;
      found ||= node.callee.name === 'isNil' || node.callee.name === 'default';
    });
  }
  return found;
}
