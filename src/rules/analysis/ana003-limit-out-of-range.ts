import { metrics } from '../../graph';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/samples';
import { metricLabel, settingsOf, usesOf } from '../shared/settings';

const LEAST = {
  failureLimit: -1,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 0,
  consecutiveSuccessLimit: 0,
} as const;

export const limitOutOfRange: Rule = {
  code: 'ANA003',
  severity: 'error',
  title: 'A limit of a metric is below what the controller accepts',
  why: 'The AnalysisRun is refused when it starts: it errs, and the rollout is aborted at its first analysis. Nothing says so before.',
  fix: 'Use 0 or more. A `failureLimit` of -1 switches the limit off, together with a `consecutiveSuccessLimit`.',
  bad: analysisTemplate(prometheusMetric({ fields: 'inconclusiveLimit: -1' })),
  good: analysisTemplate(prometheusMetric({ fields: 'inconclusiveLimit: 0' })),
  peers: { argo: 'controller only, when the run starts: inconclusiveLimit must be >= 0' },
  check(graph, found) {
    const report = distinct(found);
    for (const metric of metrics(graph)) {
      for (const use of usesOf(metric)) {
        const settings = settingsOf(metric, use);
        for (const [key, least] of Object.entries(LEAST) as [keyof typeof LEAST, number][]) {
          if (!(settings[key] < least)) continue;
          const or = key === 'failureLimit' ? ', or -1 to switch it off' : '';
          report(
            metric.field.get(key),
            `${key} of ${metricLabel(metric)} is ${settings[key]}; it must be at least 0${or}`,
          );
        }
      }
    }
  },
};
