import { metrics } from '../../graph';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/samples';
import { metricLabel, settingsOf, usesOf } from '../shared/settings';

export const countWithoutInterval: Rule = {
  code: 'ANA006',
  severity: 'error',
  title: 'A metric is measured several times without a pause between',
  why: 'The AnalysisRun is refused when it starts: it errs, and the rollout is aborted.',
  fix: 'Say with `interval` how long to wait from one measurement to the next.',
  bad: analysisTemplate(prometheusMetric({ fields: 'count: 5' })),
  good: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 5' })),
  peers: { argo: 'controller only, when the run starts: interval must be specified when count > 1' },
  check(graph, found) {
    const report = distinct(found);
    for (const metric of metrics(graph)) {
      for (const use of usesOf(metric)) {
        const { count = 0, interval } = settingsOf(metric, use);
        if (interval !== undefined || !(count > 1)) continue;
        report(metric.field.get('count'), `${metricLabel(metric)} is measured ${count} times, but has no interval`);
      }
    }
  },
};
