import {
  type AnalysisUse,
  argumentsIn,
  type Field,
  type Graph,
  memoizeOnGraph,
  metrics,
  type Resource,
  textsIn,
  usesOfTemplate,
} from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { analysisTemplate, prometheusMetric } from '../shared/example';

const template = (name: string): string =>
  analysisTemplate(
    prometheusMetric({ query: `sum(up{namespace="{{args.${name}}}"})` }),
    'args: [{ name: namespace, value: shop }]',
  );

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.9.1/pkg/apis/rollouts/validation/validation_references.go */
const JUDGED_ALONE: ReadonlySet<AnalysisUse['place']> = new Set(['step', 'prePromotion', 'postPromotion']);

export const argumentNotDeclared: Rule = {
  code: 'REF012',
  severity: 'error',
  title: 'A template uses an argument that it does not declare',
  why: 'In a step the controller refuses the Rollout with InvalidSpec. For a background analysis nothing is validated: the run ends with `Error` when it starts and aborts the rollout.',
  fix: 'Declare the argument under `args` of the template, or correct its name.',
  whenNotToUse: 'Ignore it when the braces are text for another program. Argo Rollouts has no way to escape them.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: template('namspace'),
  good: template('namespace'),
  peers: { argo: 'controller only: failed to resolve {{args.x}}' },
  checkPart(graph, report, part) {
    for (const template of part(templatesOf(graph))) {
      const names = declarationsFor(graph, template);
      for (const text of textsIn(template.field('spec', 'metrics'))) {
        reportOthers(text, template, report);
        for (const { name, from, to } of argumentsIn(text.string!)) {
          if (names.has(name)) continue;
          const meant = closest(name, names);
          report(text, `${template} mentions the argument '${name}', which it does not declare`, {
            within: { from, to },
            mistake: { in: template.field('spec', 'args'), what: name },
            didYouMean: meant === undefined ? undefined : { name: meant },
            fix:
              meant === undefined
                ? undefined
                : { title: `write '${meant}'`, edits: [{ at: text, set: `{{args.${meant}}}`, within: { from, to } }] },
          });
        }
      }
    }
  },
};

/** Everything in double braces is looked up among the arguments. */
function reportOthers(text: Field, template: Resource, report: Report): void {
  if (!text.string!.includes('{{')) return;
  for (const { 0: mention, index: from } of text.string!.matchAll(/\{\{(?!\s*args\.[^{}]*\}\}).*?(\}\}|$)/gs)) {
    const within = { from, to: from + mention.length };
    report(text, `${template} has ${mention}, which stands for nothing`, { within, hint: 'write {{args.…}}' });
  }
}

/** The templates that have metrics. */
const templatesOf = memoizeOnGraph((graph) => [...new Set(metrics(graph).map(({ resource }) => resource))]);

/**
 * The arguments that a template may mention: its own, and those of the templates that run together with it, unless the
 * controller validates each template by itself.
 */
function declarationsFor(graph: Graph, template: Resource): ReadonlySet<string> {
  const names = new Set(declaredBy(template));
  const uses = usesOfTemplate(graph, template);
  if (uses.some(({ place }) => JUDGED_ALONE.has(place))) return names;
  for (const { resolved, args } of uses) {
    if (resolved.length < 2) continue;
    for (const { name, declared } of args) if (declared.length > 0) names.add(name);
  }
  return names;
}

const declaredBy = (template: Resource): string[] =>
  template
    .field('spec', 'args')
    .items()
    .flatMap((argument) => argument.get('name').string ?? []);
