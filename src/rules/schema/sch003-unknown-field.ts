import type { Rule } from '../shared/rule';
import { reportKind, schemaProblems } from './problems';

export const unknownField: Rule = {
  code: 'SCH003',
  severity: 'error',
  title: 'A field does not exist',
  why: 'The API server refuses the object, or where validation is off drops the field: what it was to say is not said. A misspelt `stableService` leaves a Rollout without one.',
  fix: 'Write the field as the definition has it, or take it away. Mechanical where one name is clearly meant: `--fix` renames it.',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  selectors:
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
  selector:
    app: checkout
  ports:
    - port: 80
`,
  peers: {
    argo: 'yes, for Rollout, Service and Ingress',
    istioctl: 'IST0106',
    kubeLinter: 'schema-validation',
    other: 'kubeconform -strict',
  },
  check(graph, report) {
    reportKind(schemaProblems(graph), 'unknown', report);
  },
};
