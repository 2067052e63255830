import { applications, type Field, rolloutsTouching } from '../../graph';
import { documents, exampleApplication, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

/** The hash that kustomize appends to a name: ten of these letters and digits. */
const HASHED = /-[bcdfghkmt2456789]{10}$/;

const manifests = (options: string): string =>
  documents(
    exampleApplication(`syncPolicy:\n  automated: { prune: true }\n  syncOptions: [${options}]`),
    exampleRollout('{}', { namespace: 'shop' }).replace(
      / {2}template:.*/,
      `  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.4.2
          envFrom: [{ configMapRef: { name: checkout-settings-5k8h2m7f9c } }]`,
    ),
  );

export const prunesWhatStableUses: Rule = {
  code: 'GIT010',
  severity: 'warning',
  title: 'Argo CD prunes the ConfigMap that the stable version still uses',
  why: 'With a hash in its name, each version has a ConfigMap or Secret of its own. A sync that brings the new one prunes the old one while the stable version still needs it. Stable pods then fail to start when a node is drained, when the Rollout scales up, or when the canary is aborted.',
  fix: 'Add the sync option `PruneLast=true`, which prunes after the Rollout is healthy, or annotate the ConfigMap with `argocd.argoproj.io/sync-options: Prune=false`.',
  whenNotToUse: 'When the stable version no longer reads the ConfigMap after it has started.',
  confirmedBy: 'Argo CD 3.5.7, read in its sync code.',
  bad: manifests('CreateNamespace=true'),
  good: manifests('PruneLast=true'),
  checkPart(graph, report, part) {
    for (const application of part(applications(graph))) {
      const prune = application.resource.field('spec', 'syncPolicy', 'automated', 'prune');
      if (prune.boolean !== true || application.syncOptions.includes('PruneLast=true')) continue;
      const applied = new Set(application.resources);
      for (const { resource, workload } of rolloutsTouching(graph, application)) {
        if (!applied.has(resource)) continue;
        const hashed = namesIn(workload.template.get('spec')).find(({ string }) => HASHED.test(string ?? ''));
        if (hashed === undefined) continue;
        const target = graph.find(
          { group: '', kind: 'ConfigMap', name: hashed.string!, namespace: resource.namespace },
          resource,
        );
        const options = target?.field('metadata', 'annotations', 'argocd.argoproj.io/sync-options').string ?? '';
        if (/Prune=false|PruneLast=true/.test(options)) continue;
        report(
          prune,
          `${application.resource} prunes what stable pods of ${resource} still use, such as '${hashed.string}' once it has another hash`,
          {
            hint: 'add the sync option PruneLast=true',
            related: { field: hashed, message: 'where it is used' },
          },
        );
      }
    }
  },
};

/** The names of the ConfigMaps and Secrets of a pod. */
function namesIn(pod: Field): Field[] {
  const volumes = pod.get('volumes').items();
  const containers = ['initContainers', 'containers'].flatMap((list) => pod.get(list).items());
  const sources = containers.flatMap((container) => container.get('envFrom').items());
  const variables = containers.flatMap((container) => container.get('env').items()).map((one) => one.get('valueFrom'));
  return [
    ...volumes.flatMap((volume) => [volume.get('configMap', 'name'), volume.get('secret', 'secretName')]),
    ...sources.flatMap((source) => [source.get('configMapRef', 'name'), source.get('secretRef', 'name')]),
    ...variables.flatMap((from) => [from.get('configMapKeyRef', 'name'), from.get('secretKeyRef', 'name')]),
  ];
}
