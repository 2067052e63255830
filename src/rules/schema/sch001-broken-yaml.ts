import type { Rule } from '../shared/rule';

export const brokenYaml: Rule = {
  code: 'SCH001',
  severity: 'error',
  title: 'A document is not valid YAML',
  why: 'kubectl refuses the file, and a GitOps controller stops syncing the whole application. The linter still checks the other documents of the file.',
  fix: 'Correct the syntax at the marked position. A Helm template is not YAML: lint the output of `helm template`.',
  whenNotToUse: 'Exclude files that are meant for a template engine.',
  confirmedBy:
    'Kubernetes 1.34: `sigs.k8s.io/yaml`, by which it reads manifests, refuses the same texts in its strict form (conformance item `yaml`).',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
   namespace: shop
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
  namespace: shop
spec:
  ports:
    - port: 80
`,
  peers: { argo: 'yes, in one file', other: 'every tool that reads YAML' },
  checkPart(graph, report, part) {
    for (const { kind, place, message } of part(graph.problems)) {
      if (kind === 'broken') report.at(place, message.replace(/\.$/, ''));
    }
  },
};
