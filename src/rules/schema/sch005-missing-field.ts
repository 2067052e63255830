import type { Rule } from '../shared/rule';
import { reportKind, schemaProblems } from './problems';

export const missingField: Rule = {
  code: 'SCH005',
  severity: 'error',
  title: 'A required field is missing',
  why: 'The API server refuses the object.',
  fix: 'Add the field.',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  selector:
    app: checkout
  ports:
    - name: http
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
  peers: { argo: 'some, for Rollout', istioctl: 'IST0106', kubeLinter: 'schema-validation', other: 'kubeconform' },
  check(graph, report) {
    reportKind(schemaProblems(graph), 'missing', report);
  },
};
