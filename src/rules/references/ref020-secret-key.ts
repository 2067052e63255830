import { analyses, type Field, type Graph, type Resource, workloads } from '../../graph';
import { analysisTemplate, documents, prometheusMetric } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { templatesWithMetrics } from '../shared/templates';

const manifests = (key: string): string =>
  documents(
    analysisTemplate(
      prometheusMetric(),
      `args: [{ name: token, valueFrom: { secretKeyRef: { name: prometheus, key: ${key} } } }]`,
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
  title: 'A key does not exist in the Secret or ConfigMap',
  why: 'An argument without its key ends the AnalysisRun with `Error` and aborts the rollout. A container without its key does not start, and the canary never becomes ready.',
  fix: 'Correct the key, or add it to the Secret or ConfigMap.',
  whenNotToUse: 'Ignore it when another program adds the key after the manifest is applied.',
  confirmedBy:
    'Argo Rollouts 1.9.1, read in the source of the AnalysisRun controller. Kubernetes 1.34, by its documentation: such a container does not start.',
  bad: manifests('tokn'),
  good: manifests('token'),
  peers: { argo: "controller only: key 'x' does not exist in secret 'y'" },
  checkPart(graph, report, part) {
    const args = part(templatesWithMetrics(graph)).flatMap((template) => template.field('spec', 'args').items());
    const given = part(analyses(graph)).flatMap(({ field }) => field.get('args').items());
    for (const argument of [...args, ...given]) {
      const ref = argument.get('valueFrom', 'secretKeyRef');
      if (ref.exists && !ref.get('name').string)
        report(ref.get('name'), 'an argument is taken from a Secret without a name');
      checkKey(graph, 'Secret', ref, report);
    }
    for (const { resource, template } of part(workloads(graph))) {
      // Pods of a referenced workload are checked in that workload.
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
  // An operator, a hook or a user fills an empty one.
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
