import { analyses } from '../../graph';
import { distinct } from '../distinct';
import type { Rule } from '../rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../samples';
import { analysisLabel } from './settings';

const sample = (other: string): string =>
  documents(
    canaryRollout({
      steps: `
- setWeight: 50
- analysis:
    templates:
      - templateName: errors
      - templateName: latency`,
    }),
    analysisTemplate(prometheusMetric({}), 'args:\n  - name: window\n    value: 5m', 'errors'),
    analysisTemplate(prometheusMetric({ name: 'latency' }), `args:\n  - name: window\n    value: ${other}`, 'latency'),
  );

export const conflictingDefaults: Rule = {
  code: 'ANA012',
  severity: 'error',
  title: 'Two templates of an analysis give an argument different values',
  why: 'The templates of an analysis are merged, and an argument has one value. The controller refuses the whole Rollout (InvalidSpec), even where the Rollout gives a value of its own.',
  fix: 'Give the argument the same value in both, a value in one of them only, or two names.',
  bad: sample('10m'),
  good: sample('5m'),
  peers: { argo: 'controller only: Argument `x` specified multiple times with different values' },
  check(graph, found) {
    const report = distinct(found);
    for (const use of analyses(graph)) {
      for (const { name, declared } of use.args) {
        const given = declared.filter((one) => one.get('value').exists);
        const other = given.find((one) => String(one.get('value').value) !== String(given[0].get('value').value));
        if (other === undefined) continue;
        const [first, second] = [given[0].get('value'), other.get('value')];
        report(
          second,
          `'${name}' is '${String(second.value)}' here and '${String(first.value)}' in ${first.resource}, and ${analysisLabel(use)} runs both`,
          { related: { field: first, message: 'the other value' } },
        );
      }
    }
  },
};
