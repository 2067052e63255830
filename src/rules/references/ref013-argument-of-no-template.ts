import { analyses, type TemplateUse } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { analysisTemplate, exampleAnalysis, prometheusMetric } from '../shared/example';
import { slipOf, whose } from './ref010-argument-not-given';

const manifests = (name: string): string =>
  exampleAnalysis(
    `templates: [{ templateName: checkout-errors }]\nargs: [{ name: ${name}, value: 10m }]`,
    analysisTemplate(
      prometheusMetric({ query: 'sum(rate(http_requests_total{code="500"}[{{args.window}}]))' }),
      'args: [{ name: window, value: 5m }]',
    ),
  );

export const argumentOfNoTemplate: Rule = {
  code: 'REF013',
  severity: 'warning',
  title: 'An analysis passes an argument that none of its templates declares',
  why: 'The controller ignores the argument silently. If it was meant to replace a default, the default still applies.',
  fix: 'Correct the name, or remove the argument.',
  whenNotToUse: 'Ignore it when the templates of several environments declare different arguments.',
  confirmedBy: CONFIRMED_BY.source,
  bad: manifests('widow'),
  good: manifests('window'),
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) {
      // The arguments of a template outside the given set are not known.
      if (use.templates.length === 0 || use.templates.some(isIncomplete)) continue;
      const declared = use.args.filter((one) => one.declared.length > 0);
      // An argument without a value is reported already.
      const slips = new Set(declared.filter(({ source }) => source === 'missing').map((one) => slipOf(one, use)));
      for (const { name, given } of use.args.filter((one) => one.declared.length === 0)) {
        if (given === undefined || slips.has(given)) continue;
        const meant = closest(
          name,
          declared.map((one) => one.name),
        );
        const field = declared.find((one) => one.name === meant)?.declared[0].get('name');
        const names = declared.map((one) => `'${one.name}'`).join(', ');
        const at = given.get('name');
        report(at, `${whose(use)} is given the argument '${name}', which none of its templates declares`, {
          didYouMean: meant === undefined ? undefined : { name: meant, field },
          hint: meant ? undefined : names ? `they declare ${names}` : 'they declare none',
          fix: meant === undefined ? undefined : { title: `name it '${meant}'`, edits: [{ at, set: meant }] },
        });
      }
    }
  },
};

function isIncomplete({ reference, nested }: TemplateUse): boolean {
  return reference.target === undefined || nested.some(isIncomplete);
}
