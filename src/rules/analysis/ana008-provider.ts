import { metrics } from '../../graph';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/samples';
import { metricLabel } from '../shared/settings';

export const oneProvider: Rule = {
  code: 'ANA008',
  severity: 'error',
  title: 'A metric has no provider, or several',
  why: 'The AnalysisRun is refused when it starts: it errs, and the rollout is aborted.',
  fix: 'Give each metric exactly one provider. What is measured in two places is two metrics.',
  bad: analysisTemplate(`
- name: errors
  provider: {}
`),
  good: analysisTemplate(prometheusMetric({})),
  peers: { argo: 'controller only, when the run starts: no provider specified' },
  check(graph, report) {
    for (const metric of metrics(graph)) {
      const provider = metric.field.get('provider');
      // A provider that is missing altogether is the schema's to say.
      if (!provider.exists) continue;
      const names = provider.entries().flatMap(([key, { exists }]) => (exists ? [key] : []));
      if (names.length === 1) continue;
      const found = names.length === 0 ? 'no provider' : `${names.length} providers, ${names.join(' and ')}`;
      report(provider, `${metricLabel(metric)} has ${found}; it must have one`, { on: 'key' });
    }
  },
};
