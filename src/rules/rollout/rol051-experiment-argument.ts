import { type AnalysisUse, analyses, type Field } from '../../graph';
import { documents, exampleRollout, analysisTemplate, prometheusMetric } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const manifests = (template: string): string =>
  documents(
    exampleRollout(`steps:
  - experiment:
      duration: 10m
      templates:
        - { name: baseline, specRef: stable }
        - { name: candidate, specRef: canary }
      analyses:
        - name: errors
          templateName: checkout-errors
          args: [{ name: hash, value: '{{templates.${template}.podTemplateHash}}' }]`),
    analysisTemplate(
      prometheusMetric({
        query: 'sum(increase(http_requests_total{rollouts_pod_template_hash="{{args.hash}}",code=~"5.."}[5m]))',
      }),
      'args: [{ name: hash }]',
    ),
  );

export const experimentArgument: Rule = {
  code: 'ROL051',
  severity: 'error',
  title: 'An argument of an experiment names a value that does not exist',
  why: 'The controller fills `{{templates.<name>.podTemplateHash}}`, `{{templates.<name>.replicaset.name}}`, `{{experiment.availableAt}}` and, with a `duration`, `{{experiment.finishedAt}}` into the arguments of an experiment when its pods are available. Whatever else is in braces fails: no AnalysisRun is created, the experiment ends with `Error`, and the rollout is aborted.',
  fix: 'Use the name of a template of the same experiment.',
  whenNotToUse: 'Ignore it when a tool such as Helm replaces the braces before the manifest is applied.',
  confirmedBy: 'Argo Rollouts 1.9.1 and 1.10, read (`utils/template/template.go`, `experiments/experiment.go`).',
  bad: manifests('canary'),
  good: manifests('candidate'),
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) {
      if (use.place !== 'experiment') continue;
      const known = valuesOf(use);
      for (const argument of use.field.get('args').items()) {
        const value = argument.get('value');
        if (value.string === undefined) continue;
        for (const { 0: tag, 1: name, index: from } of value.string.matchAll(/\{\{\s*(.*?)\s*\}\}/gs)) {
          if (known.includes(name)) continue;
          const within = { from, to: from + tag.length };
          const meant = closest(name, known);
          report(value, `${tag} stands for nothing in an experiment of ${use.owner}`, {
            within,
            didYouMean: meant === undefined ? undefined : { name: meant },
            hint:
              meant === undefined
                ? name === 'experiment.finishedAt'
                  ? 'the experiment has no duration'
                  : `it has ${known.join(', ')}`
                : undefined,
            fix:
              meant === undefined
                ? undefined
                : { title: `write '${meant}'`, edits: [{ at: value, set: `{{${meant}}}`, within }] },
          });
        }
      }
    }
  },
};

/** The names that the controller fills in. */
function valuesOf({ step, owner, rollout, field }: AnalysisUse): string[] {
  const experiment: Field | undefined =
    step === undefined ? owner.field('spec') : rollout?.steps[step]?.field.get('experiment');
  const names = (experiment ?? field)
    .get('templates')
    .items()
    .flatMap((template) => template.get('name').string ?? []);
  return [
    ...names.flatMap((name) => [`templates.${name}.podTemplateHash`, `templates.${name}.replicaset.name`]),
    'experiment.availableAt',
    ...(experiment?.get('duration').string ? ['experiment.finishedAt'] : []),
  ];
}
