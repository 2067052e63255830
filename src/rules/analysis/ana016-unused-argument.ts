import { analyses, argumentsIn, memoizeOnGraph, textsIn } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { templatesIn } from '../shared/templates';

const sample = (service: string): string =>
  analysisTemplate(
    prometheusMetric({ query: `sum(increase(http_requests_total{service="${service}"}[5m]))` }),
    'args:\n  - name: service',
  );

export const unusedArgument: Rule = {
  code: 'ANA016',
  severity: 'advice',
  title: 'A template declares an argument that it does not use',
  why: 'Every Rollout that uses the template must pass a value, and the value changes nothing. Often the argument was meant for the query, which now measures something fixed. The controller accepts it.',
  fix: 'Use the argument as `{{args.<name>}}`, or remove the declaration.',
  whenNotToUse:
    'Ignore it when several templates share one interface on purpose, so that a Rollout can switch between them.',
  confirmedBy: CONFIRMED_BY.nobody,
  bad: sample('checkout-canary'),
  good: sample('{{args.service}}'),
  checkPart(graph, report, part) {
    const shared = sharing(graph);
    for (const template of part(templatesIn(graph))) {
      // Arguments are passed to nested templates, and to those in the same analysis.
      if (template.field('spec', 'templates').items().length > 0 || shared.has(template)) continue;
      const spec = template.field('spec');
      const used = new Set(
        spec
          .entries()
          .filter(([key]) => key !== 'args')
          .flatMap(([, field]) => [...textsIn(field)])
          .flatMap(({ string }) => argumentsIn(string!).map(({ name }) => name)),
      );
      const args = spec.get('args').items();
      const names = args.map((one) => one.get('name').string);
      const undeclared = [...used].filter((one) => !names.includes(one));
      for (const argument of args) {
        const name = argument.get('name').string;
        if (name === undefined || used.has(name)) continue;
        // A typo is reported at the other name.
        if (closest(name, undeclared) !== undefined) continue;
        report(argument.get('name'), `${template} declares the argument '${name}' and does not use it`, {
          hint: `{{args.${name}}} stands nowhere in it`,
        });
      }
    }
  },
};

/** The templates that run together with others. */
const sharing = memoizeOnGraph(
  (graph) => new Set(analyses(graph).flatMap(({ resolved }) => (resolved.length > 1 ? resolved : []))),
);
