import type { Rule } from '../shared/rule';
import { reportKind, schemaProblems } from './problems';

export const alternatives: Rule = {
  code: 'SCH007',
  severity: 'error',
  title: 'Fields that exclude each other, or none of those of which one is needed',
  why: 'The API server refuses the object: of these fields the definition wants exactly one.',
  fix: 'Keep one of them.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: checkout
spec:
  hosts: [checkout]
  http:
    - match:
        - uri:
            exact: /
            prefix: /
      route:
        - destination:
            host: checkout-stable
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: checkout
spec:
  hosts: [checkout]
  http:
    - match:
        - uri:
            exact: /
      route:
        - destination:
            host: checkout-stable
`,
  peers: { istioctl: 'IST0106', kubeLinter: 'schema-validation', other: 'kubeconform' },
  check(graph, report) {
    reportKind(schemaProblems(graph), 'alternatives', report);
  },
};
