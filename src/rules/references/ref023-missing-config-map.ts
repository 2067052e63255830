import { analyses, type Field, rollouts } from '../../graph';
import { documents, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closestResource } from '../shared/suggest';
import { reportMissing } from '../shared/missing-reference';

const manifests = (name: string): string =>
  documents(
    exampleRollout('{}').replace(
      / {2}template:.*/,
      `  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.4.2
          envFrom: [{ configMapRef: { name: ${name} } }]`,
    ),
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: checkout-settings\ndata: { currency: EUR }',
  );

export const missingConfigMap: Rule = {
  code: 'REF023',
  severity: 'error',
  title: "A Rollout's pods need a ConfigMap, Secret or ServiceAccount that does not exist",
  why: 'The pods of the canary do not start. The update waits until `progressDeadlineSeconds` have passed, 10 minutes by default.',
  fix: 'Name an object in the namespace of the Rollout, or deploy it with the Rollout.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: 'Kubernetes 1.34, by its documentation: such pods do not start. The API server accepts the manifests.',
  bad: manifests('checkout-setings'),
  good: manifests('checkout-settings'),
  checkPart(graph, report, part) {
    for (const { resource, workload } of part(rollouts(graph))) {
      if (workload.template.resource !== resource) continue;
      const seen = new Set<string>();
      for (const { kind, from } of needs(workload.template.get('spec'))) {
        const name = from.string;
        if (!name || IN_EVERY_NAMESPACE[kind]?.includes(name) || seen.has(`${kind} ${name}`)) continue;
        seen.add(`${kind} ${name}`);
        const to = { group: '', kind, name, namespace: resource.namespace };
        const reference = { from, to, target: graph.find(to, resource) };
        if (reference.target) continue;
        // Secrets are rarely kept with the manifests, so only likely typos are reported.
        const isSlip = closestResource(graph, reference) !== undefined;
        if (kind === 'Secret' && !isSlip) continue;
        reportMissing(
          graph,
          report,
          reference,
          `the pods of ${resource} need the ${kind} '${name}', which nothing here defines`,
          // Other tools often create accounts, so that even an otherwise complete set may not contain them.
          kind === 'ServiceAccount' && !isSlip ? { severity: 'advice' } : {},
        );
      }
    }
    const args = new Set(
      part(analyses(graph)).flatMap((use) =>
        use.args.flatMap(({ declared, given }) => [...declared, ...(given ? [given] : [])]),
      ),
    );
    for (const argument of args) {
      const from = argument.get('valueFrom', 'secretKeyRef', 'name');
      const to = { group: '', kind: 'Secret', name: from.string ?? '', namespace: argument.resource.namespace };
      const reference = { from, to, target: graph.find(to, argument.resource) };
      if (!from.string || reference.target || closestResource(graph, reference) === undefined) continue;
      const name = argument.get('name').string ?? '';
      const message = `the argument '${name}' comes from the Secret '${from.string}', which nothing here defines`;
      reportMissing(graph, report, reference, message);
    }
  },
};

interface Need {
  readonly kind: string;
  readonly from: Field;
}

function* needs(pod: Field): Generator<Need> {
  yield { kind: 'ServiceAccount', from: pod.get('serviceAccountName') };
  for (const volume of pod.get('volumes').items()) {
    yield* required('ConfigMap', volume.get('configMap'), 'name');
    yield* required('Secret', volume.get('secret'), 'secretName');
  }
  for (const list of ['initContainers', 'containers']) {
    for (const container of pod.get(list).items()) {
      for (const source of container.get('envFrom').items()) {
        yield* required('ConfigMap', source.get('configMapRef'), 'name');
        yield* required('Secret', source.get('secretRef'), 'name');
      }
      for (const variable of container.get('env').items()) {
        yield* required('ConfigMap', variable.get('valueFrom', 'configMapKeyRef'), 'name');
        yield* required('Secret', variable.get('valueFrom', 'secretKeyRef'), 'name');
      }
    }
  }
}

/**
 * What platforms create in every namespace: Kubernetes an account and its root certificate, istiod its root certificate,
 * OpenShift that of its service CA.
 */
const IN_EVERY_NAMESPACE: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['kube-root-ca.crt', 'istio-ca-root-cert', 'openshift-service-ca.crt'],
  ServiceAccount: ['default'],
};

function* required(kind: string, ref: Field, name: string): Generator<Need> {
  if (ref.get('optional').boolean === true) return;
  yield { kind, from: ref.get(name) };
}
