import type { Rule } from '../shared/rule';
import { reportKind, schemaProblems } from './problems';

export const valueNotAllowed: Rule = {
  code: 'SCH006',
  severity: 'error',
  title: 'A field has a value that is not allowed',
  why: 'The API server refuses the object, or for the pod template of a Rollout the controller does: the Rollout is Degraded, with InvalidSpec.',
  fix: 'Use one of the values that the definition allows.',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  type: clusterip
  selector:
    app: checkout
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  type: ClusterIP
  selector:
    app: checkout
  ports:
    - port: 80
`,
  peers: {
    argo: 'some, for the pod template',
    istioctl: 'IST0106',
    kubeLinter: 'schema-validation',
    other: 'kubeconform',
  },
  check(graph, report) {
    reportKind(schemaProblems(graph), 'value', report);
  },
};
