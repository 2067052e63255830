import { analyses } from '../../graph';
import { closest } from '../suggest';
import type { Rule } from '../rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../samples';
import { analysisLabel } from './settings';

const sample = (given: string): string =>
  documents(
    canaryRollout({
      steps: `
- setWeight: 50
- analysis:
    templates:
      - templateName: checkout-errors
    args:
      - name: ${given}
        value: checkout-canary`,
    }),
    analysisTemplate(
      prometheusMetric({ query: 'sum(increase(http_requests_total{service="{{args.service}}"}[5m]))' }),
      'args:\n  - name: service',
    ),
  );

export const argumentNotGiven: Rule = {
  code: 'ANA011',
  severity: 'error',
  title: 'An analysis does not give an argument that its template needs',
  why: 'The controller refuses the whole Rollout (InvalidSpec, Degraded): no version is rolled out.',
  fix: "Give the argument a value in the Rollout's `args`, or a default in the template.",
  bad: sample('servce'),
  good: sample('service'),
  peers: { argo: 'controller only: args.x was not resolved', other: 'kubevious argo-rollout-analysis-template-ref' },
  check(graph, report) {
    for (const use of analyses(graph)) {
      const unknown = use.args.filter(({ declared }) => declared.length === 0).map(({ name }) => name);
      for (const { name, source, declared } of use.args) {
        if (source !== 'missing' || declared.length === 0) continue;
        const meant = closest(name, unknown);
        const at = use.field.get('args');
        const template = declared[0].resource;
        report(
          at.exists ? at : use.field,
          `${analysisLabel(use)} gives no value for '${name}', which ${template} needs`,
          {
            on: at.exists ? 'value' : 'key',
            hint: meant === undefined ? `add it to args` : `it gives '${meant}', which no template declares`,
            related: { field: declared[0], message: 'declared here, without a value' },
          },
        );
      }
    }
  },
};
