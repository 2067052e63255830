import { type Field, matchesSelector, type Resource, rollouts } from '../../graph';
import { exampleOf } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

const experiment = (second: string): string =>
  exampleOf(
    'argoproj.io/v1alpha1',
    'Experiment',
    'checkout',
    `duration: 30m
templates:
${['baseline', second]
  .map(
    (name) => `  - name: ${name}
    selector: { matchLabels: { app: checkout } }
    template: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: app, image: "checkout:1" }] } }`,
  )
  .join('\n')}`,
  );

export const experimentTemplates: Rule = {
  code: 'ROL049',
  severity: 'error',
  title: 'Templates of an experiment share a name, or do not select their pods',
  why: 'The controller refuses an Experiment with two templates of one name, with a template that has no name, or whose selector is empty (InvalidSpec). A selector that does not match the labels of its own pods makes the API server refuse the ReplicaSet, and the Experiment fails at its deadline. In a step of a Rollout, such an experiment aborts the rollout.',
  fix: 'Give each template a name of its own, and a selector that matches the labels of its pods.',
  whenNotToUse: 'Never: the experiment cannot run.',
  confirmedBy: 'Argo Rollouts 1.9.1 and 1.10, read in the source of the controller.',
  bad: experiment('baseline'),
  good: experiment('candidate'),
  checkPart(graph, report, part) {
    for (const resource of part(graph.ofKind('Experiment', 'argoproj.io'))) {
      const templates = resource.field('spec', 'templates').items();
      checkNames(templates, `${resource}`, report);
      for (const template of templates) checkSelector(template, resource, report);
    }
    for (const { resource, steps } of part(rollouts(graph))) {
      for (const { field, index } of steps) {
        const templates = field.get('experiment', 'templates').items();
        checkNames(templates, `the experiment in step ${index + 1} of ${resource}`, report);
      }
    }
  },
};

function checkNames(templates: readonly Field[], of: string, report: Report): void {
  const first = new Map<string, Field>();
  for (const template of templates) {
    const name = template.get('name');
    if (!name.string) continue;
    const before = first.get(name.string);
    if (before === undefined) first.set(name.string, name);
    else {
      report(name, `two templates of ${of} have the name '${name.string}'`, {
        related: { field: before, message: 'the first' },
      });
    }
  }
}

function checkSelector(template: Field, resource: Resource, report: Report): void {
  const selector = template.get('selector');
  const labels = template.get('template', 'metadata', 'labels');
  if (!selector.exists) return;
  const which = `template '${template.get('name').string ?? ''}' of ${resource}`;
  if (selector.entries().length === 0) report(selector, `the selector of ${which} is empty`);
  else if (!matchesSelector(selector, labels.strings)) {
    report(selector, `the selector of ${which} does not match the labels of its pods`, {
      related: { field: labels, message: 'the labels of the pods' },
    });
  }
}
