import { metrics } from '../../graph';
import { metricLabel } from '../shared/settings';
import type { Rule } from '../shared/rule';
import { sample } from '../shared/conditions-sample';

/** Providers whose result is judged by the conditions and by nothing else. */
const MEASURING = [
  'prometheus',
  'datadog',
  'newRelic',
  'wavefront',
  'cloudWatch',
  'graphite',
  'influxdb',
  'skywalking',
];

export const noCondition: Rule = {
  code: 'CON006',
  severity: 'warning',
  title: 'A metric has neither a success nor a failure condition',
  why: 'Every measurement is then successful, whatever comes back (not inconclusive, as the documentation of Argo Rollouts has it). The metric is shown and decides nothing.',
  fix: 'Say what is acceptable: `successCondition: len(result) > 0 && result[0] <= 5`.',
  bad: sample(''),
  good: sample('len(result) > 0 && result[0] <= 5'),
  check(graph, report) {
    for (const metric of metrics(graph)) {
      const provider = metric.field.get('provider');
      const by = MEASURING.find((key) => provider.get(key).exists);
      const given = ['successCondition', 'failureCondition'].some((key) => Boolean(metric.field.get(key).value));
      if (by === undefined || given) continue;
      report(
        metric.field.get('name'),
        `${metricLabel(metric)} has no successCondition and no failureCondition, so every measurement is successful`,
        {
          hint: 'say what is acceptable',
        },
      );
    }
  },
};
