import { analyses, type Field, type Graph, metrics, type Resource, workloads } from '../../graph';
import { documents } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { exampleMetric, exampleTemplate } from '../shared/references-example';

const manifests = (key: string): string =>
  documents(
    exampleTemplate(
      `args: [{ name: token, valueFrom: { secretKeyRef: { name: prometheus, key: ${key} } } }]${exampleMetric()}`,
    ),
    `
apiVersion: v1
kind: Secret
metadata:
  name: prometheus
stringData:
  token: from-your-vault
`,
  );

export const secretKey: Rule = {
  code: 'REF020',
  severity: 'error',
  title: 'A key is taken from a Secret or ConfigMap that does not have it',
  why: 'An analysis fails when it starts, and aborts the rollout; a container does not start, and the canary never becomes ready.',
  fix: 'Mend the key, or add it.',
  bad: manifests('tokn'),
  good: manifests('token'),
  peers: { argo: "controller only: key 'x' does not exist in secret 'y'" },
  check(graph, report) {
    const templates = new Set(metrics(graph).map(({ resource }) => resource));
    const args = [...templates].flatMap((template) => template.field('spec', 'args').items());
    const given = analyses(graph).flatMap(({ field }) => field.get('args').items());
    for (const argument of [...args, ...given]) {
      const ref = argument.get('valueFrom', 'secretKeyRef');
      if (ref.exists && !ref.get('name').string)
        report(ref.get('name'), 'an argument is taken from a Secret without a name');
      checkKey(graph, 'Secret', ref, report);
    }
    for (const { resource, template } of workloads(graph)) {
      // Pods of a workload that is referred to are looked at where they are written.
      if (template.resource !== resource) continue;
      for (const list of ['initContainers', 'containers']) {
        for (const container of template.get('spec', list).items()) {
          for (const variable of container.get('env').items()) {
            checkKey(graph, 'Secret', variable.get('valueFrom', 'secretKeyRef'), report);
            checkKey(graph, 'ConfigMap', variable.get('valueFrom', 'configMapKeyRef'), report);
          }
        }
      }
    }
  },
};

function checkKey(graph: Graph, kind: string, ref: Field, report: Report): void {
  const [name, key] = [ref.get('name').string, ref.get('key')];
  if (name === undefined || key.string === undefined || ref.get('optional').boolean === true) return;
  const target = graph.find({ group: '', kind, name, namespace: ref.resource.namespace }, ref.resource);
  if (target === undefined) return;
  const keys = keysOf(target);
  // An empty one is filled by somebody else: an operator, a hook, a person.
  if (keys.length === 0 || keys.some((field) => field.path[field.path.length - 1] === key.string)) return;
  const names = keys.map((field) => String(field.path[field.path.length - 1]));
  const meant = closest(key.string, names);
  report(key, `${ref.resource} takes the key '${key.string}' of ${target}, which does not have it`, {
    didYouMean: meant === undefined ? undefined : { name: meant, field: keys[names.indexOf(meant)] },
    hint: meant ? undefined : `it has ${names.map((one) => `'${one}'`).join(', ')}`,
    fix: meant === undefined ? undefined : { title: `name the key '${meant}'`, edits: [{ at: key, set: meant }] },
  });
}

const keysOf = (resource: Resource): Field[] =>
  ['data', 'stringData', 'binaryData'].flatMap((where) =>
    resource
      .field(where)
      .entries()
      .map(([, field]) => field),
  );
