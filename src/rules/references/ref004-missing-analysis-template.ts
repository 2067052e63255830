import { analyses, type AnalysisUse, describeWanted, type Graph, referenceFrom, type TemplateUse } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';
import { missing } from '../shared/missing-reference';

export const missingAnalysisTemplate: Rule = {
  code: 'REF004',
  severity: 'error',
  title: 'An analysis names a template that does not exist',
  why: 'The controller refuses the whole Rollout with InvalidSpec and marks it Degraded until the template exists. No version is rolled out, not even a fix.',
  fix: 'Name a template in the namespace of the Rollout, or a ClusterAnalysisTemplate together with `clusterScope: true`; or deploy the template in the same or an earlier sync wave.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
spec:
  strategy:
    canary:
      steps:
        - setWeight: 50
        - analysis:
            templates:
              - templateName: checkout-eror
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: checkout-errors
spec:
  metrics: []
`,
  good: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
spec:
  strategy:
    canary:
      steps:
        - setWeight: 50
        - analysis:
            templates:
              - templateName: checkout-errors
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: checkout-errors
spec:
  metrics: []
`,
  peers: {
    argo: "controller only: AnalysisTemplate 'x' not found",
    other: 'kubevious argo-rollout-analysis-template-ref',
  },
  check(graph, report) {
    checkVerifications(graph, report);
    const reported = new Set<string>();
    const look = (use: AnalysisUse, { reference, nested }: TemplateUse): void => {
      const { from, to, target } = reference;
      for (const one of nested) look(use, one);
      // Several analyses may run a template, but it refers to its nested templates once.
      if (target !== undefined) return;
      const key = `${from.resource.origin.file} ${from.resource} ${from}`;
      if (reported.has(key)) return;
      reported.add(key);
      const inOtherScope = graph.find({
        ...to,
        kind: to.kind === 'AnalysisTemplate' ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate',
        namespace: to.kind === 'AnalysisTemplate' ? null : use.owner.namespace,
      });
      const details: Parameters<Report>[2] = inOtherScope
        ? {
            hint: `there is a ${inOtherScope.kind} of that name: ${to.kind === 'AnalysisTemplate' ? 'add clusterScope: true' : 'leave out clusterScope'}`,
            related: { field: inOtherScope.field('metadata', 'name'), message: `the ${inOtherScope.kind}` },
          }
        : missing(graph, reference);
      const what = to.kind === 'AnalysisTemplate' ? '' : `${to.kind} `;
      const where = describeWanted(reference).slice(`${to.kind} `.length);
      report(
        from,
        `${whoAnalyses(use, from.resource === use.owner)} ${what}${where}, which nothing here defines`,
        details,
      );
    };
    for (const use of analyses(graph)) {
      for (const one of use.templates) look(use, one);
      const naming = use.place === 'experiment' ? [use.field] : use.field.get('templates').items();
      const inside = use.resolved.flatMap((one) => one.field('spec', 'templates').items());
      for (const one of [...naming, ...inside]) {
        const name = one.get('templateName');
        if (name.exists && name.value !== '') continue;
        const key = `${one.resource.origin.file} ${one.resource} ${name}`;
        if (reported.has(key)) continue;
        reported.add(key);
        report(name, `${whoAnalyses(use, one.resource === use.owner)} a template without a name`);
      }
    }
  },
};

/** `step 3 of Rollout shop/checkout analyses`; counted from 1. */
function whoAnalyses({ place, step, owner, resolved }: AnalysisUse, direct: boolean): string {
  if (!direct) return `${resolved[0]} contains`;
  if (step !== undefined) return `step ${step + 1} of ${owner} analyses`;
  const what = place === 'experiment' ? '' : `the ${place} analysis of `;
  return `${what}${owner} runs`;
}

/**
 * A Stage of Kargo verifies its Freight by templates of its project.
 *
 * @see https://docs.kargo.io/user-guide/how-to-guides/verification
 */
function checkVerifications(graph: Graph, report: Report): void {
  for (const stage of graph.ofKind('Stage', 'kargo.akuity.io')) {
    for (const template of stage.field('spec', 'verification', 'analysisTemplates').items()) {
      const kind = template.get('kind').string || 'AnalysisTemplate';
      const namespace = kind === 'AnalysisTemplate' ? stage.namespace : null;
      const reference = referenceFrom(graph, template.get('name'), kind, { group: 'argoproj.io', namespace });
      if (reference === undefined || reference.target) continue;
      report(
        reference.from,
        `${stage} verifies with ${describeWanted(reference)}, which nothing here defines`,
        missing(graph, reference),
      );
    }
  }
}
