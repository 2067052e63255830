import type { Rule } from '../shared/rule';

export const duplicateKey: Rule = {
  code: 'SCH002',
  severity: 'error',
  title: 'An object has the same key twice',
  why: 'kubectl keeps the last one and drops the other silently. kustomize and strict validation refuse the file.',
  fix: 'Keep one of the two, or merge their contents.',
  whenNotToUse: 'There is no setup in which both values apply.',
  confirmedBy:
    'Kubernetes 1.34: `sigs.k8s.io/yaml`, by which it reads manifests, refuses the same texts in its strict form (conformance item `yaml`).',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  selector:
    app: checkout
  selector:
    app: basket
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  selector:
    app: checkout
  ports:
    - port: 80
`,
  peers: { other: 'kubeconform -strict' },
  checkPart(graph, report, part) {
    for (const { kind, place, message, resource, path } of part(graph.problems)) {
      if (kind !== 'duplicate-key') continue;
      if (resource && path) report(resource.at(path), message, { on: 'key' });
      else report.at(place, message);
    }
  },
};
