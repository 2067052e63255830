import { metrics } from '../../graph';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { withConditions } from '../shared/example';

/** Providers whose result is evaluated by the conditions only. */
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
  title: 'A metric has no success and no failure condition',
  why: 'Without conditions every measurement of a provider that returns a value is successful, whatever the value is. The metric is shown and decides nothing. The documentation of Argo Rollouts says *inconclusive*, the code says *successful*.',
  fix: 'Add a condition, for example `successCondition: len(result) > 0 && result[0] <= 5`.',
  whenNotToUse: 'Ignore it for a metric that is only recorded. `dryRun` states that more clearly.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions(''),
  good: withConditions('len(result) > 0 && result[0] <= 5'),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
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
