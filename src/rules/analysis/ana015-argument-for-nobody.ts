import { analyses } from '../../graph';
import type { Rule } from '../rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../samples';
import { closest } from '../suggest';
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
        value: 10m`,
    }),
    analysisTemplate(
      prometheusMetric({ query: 'sum(increase(http_requests_total[{{args.window}}]))' }),
      'args:\n  - name: window\n    value: 5m',
    ),
  );

export const argumentForNobody: Rule = {
  code: 'ANA015',
  severity: 'warning',
  title: 'An analysis gives an argument that no template declares',
  why: 'The controller drops it in silence. Where the name is a slip of the pen, the default of the template counts instead of what was meant.',
  fix: 'Name an argument that a template of the analysis declares, or leave it out.',
  bad: sample('windw'),
  good: sample('window'),
  peers: { other: 'kubevious argo-rollout-analysis-template-ref' },
  check(graph, report) {
    for (const use of analyses(graph)) {
      // What a template outside the given set declares is not known.
      if (use.resolved.length === 0 || use.templates.some((one) => one.reference.target === undefined)) continue;
      const declared = use.args.filter((one) => one.declared.length > 0).map(({ name }) => name);
      for (const argument of use.args) {
        if (argument.declared.length > 0 || !argument.given) continue;
        const at = argument.given.get('name');
        const meant = closest(argument.name, declared);
        report(at, `${analysisLabel(use)} gives '${argument.name}', which none of its templates declares`, {
          didYouMean: meant === undefined ? undefined : { name: meant },
          hint: meant
            ? undefined
            : declared.length > 0
              ? `they declare ${declared.map((one) => `'${one}'`).join(', ')}`
              : 'they declare none',
          fix: meant ? { title: `name it '${meant}'`, edits: [{ at, set: meant }] } : undefined,
        });
      }
    }
  },
};
