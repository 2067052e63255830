import { planRollout, planText } from '../../src/plan';
import { analysis, canary } from './models';

test.each([
  ['plugin', {}, 'the plugin decides'],
  ['plugin', { successCondition: 'result > 0.9' }, 'the plugin decides | succeeds: result > 0.9'],
  ['kayenta', { successCondition: 'result > 0.9' }, 'the score decides, by the thresholds of the metric'],
  ['web', {}, 'no condition: every answer succeeds'],
])('what decides a metric of %s with %j', (provider, conditions, words) => {
  const given = analysis({ provider, query: undefined, successCondition: undefined, ...conditions });
  expect(planText(planRollout(canary([{ setWeight: 50 }, { analysis: given }])))).toContain(`    ${words}\n`);
});
