import { type Field, type Resource, rollouts } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { documents, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (name: string): string =>
  documents(
    exampleRollout('steps:\n  - setWeight: 20\n  - pause: {}').replace(
      / {2}template:.*/,
      `  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.4.2
          envFrom: [{ configMapRef: { name: ${name} } }]`,
    ),
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata: { currency: EUR }`,
  );

export const sharedConfiguration: Rule = {
  code: 'REF026',
  severity: 'advice',
  title: 'Both versions of a Rollout read the same ConfigMap or Secret',
  why: 'A change of a ConfigMap is not a change of the pod template: no rollout starts, mounted files change under the running pods, and environment variables change whenever a pod restarts. If the change comes with a new image, the stable version reads the new content too, and an abort does not bring the old content back.',
  fix: 'Put a hash or a version into the name (`configMapGenerator` of kustomize does), so that each version names its own. A checksum annotation on the pod template starts a rollout, but does not give the stable version its old content back.',
  whenNotToUse:
    'Ignore it for configuration that is meant to be the same for both versions, such as the address of a database or a certificate that another program renews.',
  confirmedBy: CONFIRMED_BY.nobody,
  bad: manifests('checkout-settings'),
  good: manifests('checkout-settings-7h5ft9bg2d'),
  checkPart(graph, report, part) {
    for (const { resource, workload } of part(rollouts(graph))) {
      const pod = workload.template.get('spec');
      const restarts = startsRollout(resource, workload.template);
      const seen = new Set<Resource>();
      for (const { kind, name } of configurationOf(pod)) {
        if (name.string === undefined) continue;
        const to = { group: '', kind, name: name.string, namespace: resource.namespace };
        const target = graph.find(to, resource);
        // A ConfigMap outside the given manifests is not changed together with the Rollout.
        if (target === undefined || seen.has(target) || isVersioned(target)) continue;
        seen.add(target);
        report(
          name,
          `both versions of ${resource} read the ${kind} '${name.string}', so ${restarts ? '' : 'a change of it starts no rollout, and '}an abort does not bring its old content back`,
          {
            hint: 'put a hash or a version into its name',
            related: { field: target.field('metadata', 'name'), message: `the ${kind}` },
          },
        );
      }
    }
  },
};

/** Whether a change of configuration changes the pod template: by a checksum in it, or by Stakater's Reloader. */
const startsRollout = (rollout: Resource, template: Field): boolean =>
  [rollout.field('metadata', 'annotations'), template.get('metadata', 'annotations')].some((annotations) =>
    annotations.entries().some(([key]) => /checksum|hash|sha256|reloader\.stakater\.com/.test(key)),
  );

/** A generated name ends in a hash or a version, and an immutable one cannot change. */
function isVersioned(target: Resource): boolean {
  if (target.field('immutable').boolean === true) return true;
  return /-(?=[a-z]*\d)[a-z0-9]{8,12}$|-v?\d+([.-]\d+)*$/.test(target.name);
}

function* configurationOf(pod: Field): Generator<{ readonly kind: string; readonly name: Field }> {
  for (const volume of pod.get('volumes').items()) {
    yield { kind: 'ConfigMap', name: volume.get('configMap', 'name') };
    yield { kind: 'Secret', name: volume.get('secret', 'secretName') };
    for (const source of volume.get('projected', 'sources').items()) {
      yield { kind: 'ConfigMap', name: source.get('configMap', 'name') };
      yield { kind: 'Secret', name: source.get('secret', 'name') };
    }
  }
  for (const list of ['initContainers', 'containers']) {
    for (const container of pod.get(list).items()) {
      for (const source of container.get('envFrom').items()) {
        yield { kind: 'ConfigMap', name: source.get('configMapRef', 'name') };
        yield { kind: 'Secret', name: source.get('secretRef', 'name') };
      }
      for (const variable of container.get('env').items()) {
        yield { kind: 'ConfigMap', name: variable.get('valueFrom', 'configMapKeyRef', 'name') };
        yield { kind: 'Secret', name: variable.get('valueFrom', 'secretKeyRef', 'name') };
      }
    }
  }
}
