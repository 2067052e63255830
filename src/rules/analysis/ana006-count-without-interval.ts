import { metrics, metricViolations } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { metricLabel, settingsOf, usesOf } from '../shared/metric-settings';

export const countWithoutInterval: Rule = {
  code: 'ANA006',
  severity: 'error',
  title: 'count is above 1 and there is no interval',
  why: 'The controller needs an `interval` to schedule a second measurement. It refuses the AnalysisRun when it starts: the run ends with `Error` and aborts the rollout.',
  fix: 'Set `interval` to the time between two measurements.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: analysisTemplate(prometheusMetric({ fields: 'count: 5' })),
  good: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 5' })),
  peers: { argo: 'controller only, when the run starts: interval must be specified when count > 1' },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const use of usesOf(metric)) {
        for (const found of metricViolations(settingsOf(metric, use))) {
          if (found.kind !== 'no interval') continue;
          const { count } = found;
          report(metric.field.get('count'), `${metricLabel(metric)} is measured ${count} times, but has no interval`);
        }
      }
    }
  },
};
