import { dnsLabelProblem } from '../../formats/names';
import type { Field, Resource } from '../../graph';
import { exampleOf } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

const manifest = (elements: string): string =>
  exampleOf(
    'argoproj.io/v1alpha1',
    'ApplicationSet',
    'shop',
    `goTemplate: true
generators:
  - list: { elements: ${elements} }
template:
  metadata: { name: 'shop-{{ .env }}' }
  spec:
    project: default
    source: { repoURL: https://git.example.com/shop.git, path: 'deploy/{{ .env }}', targetRevision: main }
    destination: { server: https://kubernetes.default.svc, namespace: shop }`,
  );

export const applicationSetElements: Rule = {
  code: 'GIT018',
  severity: 'error',
  title: 'An ApplicationSet makes no Application, or two of one name',
  why: 'Of two generated Applications of one name the controller of ApplicationSets creates and updates neither, and notes `ApplicationValidationError` in the status of the set; the other Applications are not affected. A name that no object can have is refused by the API server, and an Application for a namespace that cannot exist never syncs. A list without elements makes no Application, and removes those that there are.',
  fix: 'Give each element a name of its own, of small letters and digits, and a path.',
  whenNotToUse: 'When the elements are filled in by kustomize or Helm.',
  confirmedBy:
    'Argo CD 3.5.1 and its main branch of August 2026, read (`applicationset/controllers/applicationset_controller.go`: `validateGeneratedApplications`, `Reconcile`, `deleteInCluster`).',
  bad: manifest('[{ env: staging }, { env: staging }]'),
  good: manifest('[{ env: staging }, { env: production }]'),
  checkPart(graph, report, part) {
    for (const set of part(graph.ofKind('ApplicationSet', 'argoproj.io'))) checkSet(set, report);
  },
};

/** Of sets with one list alone: what several generators give together is not worked out here. */
function checkSet(set: Resource, report: Report): void {
  const generators = set.field('spec', 'generators').items();
  const list = generators[0]?.get('list');
  if (generators.length !== 1 || !list?.exists || list.get('elementsYaml').exists) return;
  const elements = list.get('elements');
  if (!elements.exists || (Array.isArray(elements.value) && elements.items().length === 0)) {
    report(elements.exists ? elements : list, `${set} has a list without elements, so it makes no Application`, {
      severity: 'warning',
    });
    return;
  }
  const template = set.field('spec', 'template');
  const names = new Map<string, Field>();
  for (const element of elements.items()) {
    const name = filled(template.get('metadata', 'name').string, element);
    if (name === undefined) continue;
    const first = names.get(name);
    const problem = dnsLabelProblem('the name of an Application', name.replace(/\./g, '-'));
    if (problem !== undefined) report(element, `${set} makes ${problem.split('; ')[0].replace('the name of ', '')}`);
    else if (first) {
      report(element, `${set} makes the Application '${name}' twice`, {
        related: { field: first, message: 'the first one' },
      });
    } else names.set(name, element);
    const path = filled(template.get('spec', 'source', 'path').string, element);
    if (path?.trim() === '') report(element, `the Application '${name}' of ${set} has an empty path`);
    const namespace = filled(template.get('spec', 'destination', 'namespace').string, element);
    if (namespace && dnsLabelProblem('', namespace) !== undefined) {
      report(element, `the Application '${name}' of ${set} goes to '${namespace}', which is no namespace`);
    }
  }
}

/** A text of the template with the values of an element; undefined where it uses more than those. */
function filled(text: string | undefined, element: Field): string | undefined {
  if (text === undefined) return undefined;
  const result = text.replace(/\{\{-?\s*\.?([A-Za-z_][\w]*)\s*-?\}\}/g, (all, key: string) => {
    const { value } = element.get(key);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : all;
  });
  return result.includes('{{') ? undefined : result;
}
