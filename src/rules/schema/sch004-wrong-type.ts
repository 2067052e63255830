import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { reportKind } from './problems';

export const wrongType: Rule = {
  code: 'SCH004',
  severity: 'error',
  title: 'A field has a value of the wrong type',
  why: 'The API server refuses the object. Quotes matter: `"80"` is a string, and an unquoted `yes` is true. A field that is null counts as absent where the API server removes it.',
  fix: 'Write a value of the type that the definition requires. `--fix` adds or removes quotes where nothing else is wrong.',
  whenNotToUse:
    'Ignore it when your cluster has a different release of the definition. The releases of the definitions are listed in `docs/supported-versions.md`.',
  confirmedBy: CONFIRMED_BY.apiServerAndIstio,
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
  checkPart(graph, report, part) {
    reportKind(part(graph.resources), 'type', report);
  },
};
