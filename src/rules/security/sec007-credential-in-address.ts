import { metrics } from '../../graph';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';

const sample = (user: string): string =>
  analysisTemplate(prometheusMetric({})).replace('http://prometheus', `http://${user}prometheus`);

export const credentialInAddress: Rule = {
  code: 'SEC007',
  severity: 'error',
  title: 'An address contains a password',
  why: 'The password is readable in the repository and its history, and in every AnalysisRun. The controller also writes it into error messages when Prometheus does not answer.',
  fix: 'Use a header with `valueFrom.secretKeyRef`, or `authentication`. Then change the password, because this one is known.',
  whenNotToUse: 'Never: a Secret works for every provider.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: sample('reader:not-a-real-password@'),
  good: sample(''),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const [which, key] of [
        ['prometheus', 'address'],
        ['web', 'url'],
      ]) {
        const at = metric.field.get('provider', which, key);
        const match = /^[a-z]+:\/\/([^/@\s:]*):([^/@\s]+)@/i.exec(at.string ?? '');
        if (!match || match[2].includes('{{args.')) continue;
        const from = match[0].length - 1 - match[2].length;
        report(at, `the address of ${metricLabel(metric)} contains the password of '${match[1]}'`, {
          within: { from, to: from + match[2].length },
        });
      }
    }
  },
};
