import { metrics } from '../../graph';
import { analysisTemplate } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const template = (condition: string): string =>
  analysisTemplate(`
- name: smoke-test${condition}
  provider:
    job:
      spec:
        backoffLimit: 1
        activeDeadlineSeconds: 600
        template:
          spec:
            restartPolicy: Never
            containers: [{ name: smoke-test, image: 'registry.example.com/smoke-test:1' }]`);

/** Providers without a result for conditions, and what decides instead. */
const DECIDED_BY: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  job: [
    'whether the Job completes or fails',
    'remove it, and let the container exit with a code other than 0 on failure',
  ],
  kayenta: ['the score and its thresholds', 'remove it, and set threshold.pass and threshold.marginal'],
};

export const conditionNotEvaluated: Rule = {
  code: 'CON019',
  severity: 'warning',
  title: 'A condition of a Job or of Kayenta is never evaluated',
  why: 'A Job has no result: a measurement is successful if the Job completes, and failed if it fails. Kayenta compares its score with `threshold`. Argo Rollouts ignores `successCondition` and `failureCondition` of such a metric, so that a condition that looks strict decides nothing.',
  fix: 'Remove the condition. Let the container of the Job exit with a code other than 0 on failure.',
  whenNotToUse: 'Never: the condition is ignored.',
  confirmedBy: 'Argo Rollouts 1.8.5, 1.9.1 and 1.10.2, read in the source of both providers.',
  bad: template('\n  successCondition: result == 0'),
  good: template(''),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const [provider, [what, hint]] of Object.entries(DECIDED_BY)) {
        if (!metric.field.get('provider', provider).exists) continue;
        for (const key of ['successCondition', 'failureCondition']) {
          const condition = metric.field.get(key);
          if (!condition.string) continue;
          report(condition, `${key} of ${metricLabel(metric)} is never evaluated: ${what} decides`, { hint });
        }
      }
    }
  },
};
