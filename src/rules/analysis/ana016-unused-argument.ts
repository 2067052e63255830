import { analyses, argumentsIn } from '../../graph';
import type { Rule } from '../rule';
import { analysisTemplate, prometheusMetric } from '../samples';
import { templatesIn, textsIn } from './templates';

const sample = (service: string): string =>
  analysisTemplate(
    prometheusMetric({ query: `sum(increase(http_requests_total{service="${service}"}[5m]))` }),
    'args:\n  - name: service',
  );

export const unusedArgument: Rule = {
  code: 'ANA016',
  severity: 'warning',
  title: 'A template declares an argument that it does not use',
  why: 'Every Rollout must give it a value that changes nothing. Often it was meant to stand in the query, which now asks about something fixed.',
  fix: 'Use it as `{{args.…}}`, or take the declaration away.',
  bad: sample('checkout-canary'),
  good: sample('{{args.service}}'),
  check(graph, report) {
    const shared = new Set(analyses(graph).flatMap(({ resolved }) => (resolved.length > 1 ? resolved : [])));
    for (const template of templatesIn(graph)) {
      // Arguments reach the templates that are named inside, and those that run beside.
      if (template.field('spec', 'templates').items().length > 0 || shared.has(template)) continue;
      const spec = template.field('spec');
      const used = new Set(
        spec
          .entries()
          .filter(([key]) => key !== 'args')
          .flatMap(([, field]) => [...textsIn(field)])
          .flatMap(({ string }) => argumentsIn(string!).map(({ name }) => name)),
      );
      for (const argument of spec.get('args').items()) {
        const name = argument.get('name').string;
        if (name === undefined || used.has(name)) continue;
        report(argument.get('name'), `${template} declares the argument '${name}' and does not use it`, {
          hint: `{{args.${name}}} stands nowhere in it`,
        });
      }
    }
  },
};
