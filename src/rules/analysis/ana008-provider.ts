import { metrics } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';

export const oneProvider: Rule = {
  code: 'ANA008',
  severity: 'error',
  title: 'A metric has no provider or several',
  why: 'A metric is measured by exactly one provider. The controller refuses the AnalysisRun when it starts: the run ends with `Error` and aborts the rollout.',
  fix: 'Give each metric exactly one provider. Use two metrics to measure two systems.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: analysisTemplate(`
- name: errors
  provider: {}
`),
  good: analysisTemplate(prometheusMetric({})),
  peers: { argo: 'controller only, when the run starts: no provider specified' },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const provider = metric.field.get('provider');
      // A missing provider is reported by the schema.
      if (!provider.exists) continue;
      const names = provider.entries().flatMap(([key, { exists }]) => (exists ? [key] : []));
      if (names.length === 1) continue;
      const found = names.length === 0 ? 'no provider' : `${names.length} providers, ${names.join(' and ')}`;
      report(provider, `${metricLabel(metric)} has ${found}; it must have one`, { on: 'key' });
    }
  },
};
