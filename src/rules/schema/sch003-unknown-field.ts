import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { reportKind } from './problems';

export const unknownField: Rule = {
  code: 'SCH003',
  severity: 'error',
  title: 'A field does not exist',
  why: 'The API server refuses the object, or drops the field where strict validation is off. A misspelt `stableService` leaves a Rollout without one, and no message says so.',
  fix: 'Write the field as the definition names it, or remove it. `--fix` renames it where only one name is similar.',
  whenNotToUse:
    'Ignore it when your cluster has a different release of the definition. The releases of the definitions are listed in `docs/supported-versions.md`.',
  confirmedBy: CONFIRMED_BY.apiServerAndIstio,
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
  checkPart(graph, report, part) {
    reportKind(part(graph.resources), 'unknown', report);
  },
};
