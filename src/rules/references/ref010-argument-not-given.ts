import {
  analyses,
  type AnalysisUse,
  type ArgumentUse,
  argumentsIn,
  type Field,
  type Resource,
  textsIn,
} from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { analysisTemplate, exampleAnalysis, prometheusMetric } from '../shared/example';

const manifests = (name: string): string =>
  exampleAnalysis(
    `templates: [{ templateName: checkout-errors }]\nargs: [{ name: ${name}, value: shop }]`,
    analysisTemplate(
      prometheusMetric({ query: 'sum(up{namespace="{{args.namespace}}"})' }),
      'args: [{ name: namespace }]',
    ),
  );

export const argumentNotGiven: Rule = {
  code: 'REF010',
  severity: 'error',
  title: 'An argument of an analysis has no value',
  why: 'An argument without a default must be passed by whoever runs the analysis. The controller refuses the Rollout with InvalidSpec, and nothing is rolled out. A `fieldRef` in the template is not resolved; only the Rollout can use one. An AnalysisRun ends with `Error` if one of its arguments has no value. An Experiment passes on values only: a `valueFrom` in it is dropped, and without a default in the template its analysis does not start.',
  fix: 'Pass the argument under `args` of the analysis, or add a default (`value`) to the template.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: manifests('namspace'),
  good: manifests('namespace'),
  peers: { argo: 'controller only: args.x was not resolved', other: 'kubevious argo-rollout-analysis-template-ref' },
  checkPart(graph, report, part) {
    for (const run of part(graph.ofKind('AnalysisRun', 'argoproj.io'))) checkRun(run, report);
    for (const use of part(analyses(graph))) {
      for (const argument of use.args) {
        const { name, declared, given, source } = argument;
        if (given && use.owner.kind === 'Experiment' && !given.get('value').exists) {
          checkExperiment(argument, use, report);
          continue;
        }
        if (given && declared.length > 0 && !given.get('value').exists && !given.get('valueFrom').exists) {
          const message = `${whose(use)} names the argument '${name}' and gives it no value: it is the empty string`;
          report(given, message, { severity: 'warning' });
          continue;
        }
        const unresolved = source === 'field' && !given?.get('valueFrom').exists;
        if (declared.length === 0 || (source !== 'missing' && !unresolved)) continue;
        const template = declared[0].resource;
        const slip = given ? undefined : slipOf(argument, use);
        const what = unresolved ? 'gives only by fieldRef, which is not resolved' : 'declares';
        const at = slip?.get('name') ?? given ?? use.field;
        report(at, `${whose(use)} has no value for the argument '${name}', which ${template} ${what}`, {
          on: slip || given ? 'value' : 'key',
          because: slip && mentionsOf(slip.get('name').string, declared),
          hint: slip && `'${slip.get('name').string}' is given, which no template declares`,
          related: { field: declared[0].get('name'), message: 'the argument' },
          fix: slip && { title: `name it '${name}'`, edits: [{ at: slip.get('name'), set: name }] },
        });
      }
    }
  },
};

/** The arguments of a run have their values in it, or in a Secret. */
function checkRun(run: Resource, report: Report): void {
  for (const argument of run.field('spec', 'args').items()) {
    const name = argument.get('name').string;
    if (name === undefined || argument.get('value').exists || argument.get('valueFrom', 'secretKeyRef').exists)
      continue;
    const from = argument.get('valueFrom', 'fieldRef').exists;
    report(
      argument,
      `${run} has ${from ? 'only a fieldRef, which is not resolved,' : 'no value'} for the argument '${name}'`,
      {
        hint: 'give value, or a secretKeyRef',
        because: [argument.get('valueFrom', 'podTemplateHashValue')],
      },
    );
  }
}

/** The controller passes the values of an Experiment on, and neither `valueFrom` nor an empty text. */
function checkExperiment({ name, declared, given }: ArgumentUse, use: AnalysisUse, report: Report): void {
  if (declared.length === 0 || given === undefined) return;
  const fallback = declared.some((one) => one.get('value').exists || one.get('valueFrom', 'secretKeyRef').exists);
  const from = given.get('valueFrom');
  if (fallback && !from.exists) return;
  report(
    from.exists ? from : given,
    from.exists
      ? `${whose(use)} gives the argument '${name}' by valueFrom, which an Experiment does not pass on`
      : `${whose(use)} names the argument '${name}' and gives it no value`,
    {
      on: from.exists ? 'key' : 'value',
      severity: fallback ? 'warning' : undefined,
      hint: fallback ? 'the template has a value of its own' : 'give value',
      because: [from.get('podTemplateHashValue')],
      related: { field: declared[0].get('name'), message: 'the argument' },
    },
  );
}

/** Where the templates use an argument. Undeclared arguments are reported for the template (REF012). */
function mentionsOf(name: string | undefined, declared: ArgumentUse['declared']): Field[] {
  const templates = new Set(declared.map(({ resource }) => resource));
  return [...templates]
    .flatMap((template) => [...textsIn(template.field('spec', 'metrics'))])
    .filter((text) => argumentsIn(text.string!).some((one) => one.name === name));
}

/** An argument that is passed and not used, with a similar name. */
export function slipOf({ name }: ArgumentUse, { args }: AnalysisUse): Field | undefined {
  const unknown = args.filter(({ declared, given }) => declared.length === 0 && given);
  const meant = closest(
    name,
    unknown.map((one) => one.name),
  );
  return unknown.find((one) => one.name === meant)?.given;
}

/** `the analysis in step 3 of Rollout shop/checkout`. */
export function whose({ place, step, owner }: AnalysisUse): string {
  if (place === 'experiment') return `an analysis of the experiment of ${owner}`;
  return step === undefined ? `the ${place} analysis of ${owner}` : `the analysis in step ${step + 1} of ${owner}`;
}
