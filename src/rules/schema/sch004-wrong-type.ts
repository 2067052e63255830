import type { Rule } from '../shared/rule';
import { reportKind, schemaProblems } from './problems';

export const wrongType: Rule = {
  code: 'SCH004',
  severity: 'error',
  title: 'A field has a value of the wrong type',
  why: 'The API server refuses the object. Quotes matter: `"80"` is a string, and so is `yes` in quotes, which without them is true.',
  fix: 'Write a value of the type that the definition wants. `--fix` removes and adds quotes where that is all that is wrong.',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  selector:
    app: checkout
  ports:
    - port: '80'
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
    other: 'kubeconform',
  },
  check(graph, report) {
    reportKind(schemaProblems(graph), 'type', report);
  },
};
