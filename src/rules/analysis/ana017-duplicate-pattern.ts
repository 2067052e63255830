import { analyses, type Field } from '../../graph';
import { distinct } from '../distinct';
import type { Rule } from '../rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../samples';
import { analysisLabel } from './settings';

const sample = (second: string): string =>
  documents(
    canaryRollout({
      steps: `
- setWeight: 50
- analysis:
    templates:
      - templateName: checkout-errors
    dryRun:
      - metricName: errors
      - metricName: ${second}`,
    }),
    analysisTemplate(prometheusMetric({}) + '\n' + prometheusMetric({ name: 'latency' })),
  );

export const duplicatePattern: Rule = {
  code: 'ANA017',
  severity: 'error',
  title: 'An analysis names a metric twice in dryRun or measurementRetention',
  why: 'Those of the Rollout and of all templates are put together, and the controller refuses the Rollout (InvalidSpec) if a name is among them twice.',
  fix: 'Name it once.',
  bad: sample('errors'),
  good: sample('latency'),
  peers: { argo: "controller only: two Dry-Run metric rules have the same name 'x'" },
  check(graph, found) {
    const report = distinct(found);
    for (const use of analyses(graph)) {
      for (const key of ['dryRun', 'measurementRetention']) {
        const seen = new Map<string, Field>();
        for (const one of [use.field, ...use.resolved.map((template) => template.field('spec'))]) {
          for (const entry of one.get(key).items()) {
            const at = entry.get('metricName');
            if (at.string === undefined) continue;
            const other = seen.get(at.string);
            if (other) {
              report(at, `${key} names '${at.string}' twice in ${analysisLabel(use)}`, {
                related: { field: other, message: 'the other one' },
              });
            } else seen.set(at.string, at);
          }
        }
      }
    }
  },
};
