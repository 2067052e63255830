import { argumentsIn, metrics } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, steppedRollout } from '../shared/example';
import { analysisLabel, metricLabel } from '../shared/metric-settings';

const sample = (fields: string): string =>
  documents(
    steppedRollout({ steps: '- setWeight: 50\n- analysis:\n    templates:\n      - templateName: checkout-errors' }),
    analysisTemplate(prometheusMetric({ fields })),
  );

export const neverEnds: Rule = {
  code: 'ANA014',
  severity: 'error',
  title: 'A step waits for an analysis that never ends',
  why: "A metric with an `interval` and no `count` is measured until the rollout ends, which is meant for a background analysis. In a step the controller refuses the whole Rollout with InvalidSpec. It only reads the defaults of the template: `count: '{{args.count}}'` without a default is refused even if the Rollout passes a value. A `consecutiveSuccessLimit` does not change that.",
  fix: 'Add a `count`; if it is an argument, give the argument a default in the template. Or run the analysis in the background.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: sample('interval: 1m'),
  good: sample('interval: 1m\ncount: 5'),
  peers: { argo: 'controller only: has metric x which runs indefinitely' },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const interval = metric.field.get('interval');
      if (!interval.string) continue;
      const count = metric.field.get('count');
      const text = count.exists
        ? withDefaults(String(count.value), metric.resource.field('spec', 'args').items())
        : '0';
      if (/^[+-]?\d+$/.test(text) && Number(text) !== 0) continue;
      for (const use of metric.uses) {
        if (use.place === 'background' || use.place === 'experiment') continue;
        const parameter = count.exists && argumentsIn(String(count.value))[0];
        const why = parameter
          ? `its count is the argument '${parameter.name}', which has no default in the template`
          : count.exists
            ? `its count is '${String(count.value)}'`
            : 'it has an interval and no count';
        report(
          count.exists ? count : interval,
          `${metricLabel(metric)} runs indefinitely in ${analysisLabel(use)}: ${why}`,
          {
            on: count.exists ? 'value' : 'key',
            about: [use.owner.field()],
            related: { field: use.field, message: 'the analysis' },
          },
        );
      }
    }
  },
};

function withDefaults(text: string, declared: ReturnType<ReturnType<typeof metrics>[0]['field']['items']>): string {
  return text.replace(/\{\{\s*args\.([^{}]*?)\s*\}\}/g, (_all, name: string) => {
    const value = declared.find((one) => one.get('name').string === name)?.get('value').value;
    return value === undefined ? 'dummy-value' : String(value);
  });
}
