import { metrics } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { analysisTemplate } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const template = (deadline: string): string =>
  analysisTemplate(`
- name: smoke
  provider:
    job:
      spec:
        backoffLimit: 0
${deadline}        template:
          spec:
            restartPolicy: Never
            containers: [{ name: smoke, image: registry.example.com/smoke:3 }]`);

export const jobWithoutDeadline: Rule = {
  code: 'ANA034',
  severity: 'advice',
  title: 'The Job of an analysis has no deadline',
  why: 'A Job ends when its pod succeeds or fails. If the image cannot be pulled or the program hangs, neither happens, and the analysis and the step that waits for it never end. Argo Rollouts has no timeout of its own for it; only 1.10 notices a Job whose pod cannot start.',
  fix: 'Set `activeDeadlineSeconds` to the longest time that the Job may take.',
  whenNotToUse: 'Ignore it when a policy of the cluster adds a deadline to every Job.',
  confirmedBy: CONFIRMED_BY.nobody,
  bad: template(''),
  good: template('        activeDeadlineSeconds: 300\n'),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const spec = metric.field.get('provider', 'job', 'spec');
      if (!spec.exists || spec.get('activeDeadlineSeconds').exists) continue;
      if (spec.get('template', 'spec', 'activeDeadlineSeconds').exists) continue;
      report(
        spec,
        `the Job of ${metricLabel(metric)} has no activeDeadlineSeconds, so a Job that hangs blocks the rollout`,
        {
          on: 'key',
          hint: 'set activeDeadlineSeconds',
        },
      );
    }
  },
};
