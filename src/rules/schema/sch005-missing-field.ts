import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { reportKind } from './problems';

export const missingField: Rule = {
  code: 'SCH005',
  severity: 'error',
  title: 'A required field is missing',
  why: 'The API server refuses the object. Fields with a default in the definition are filled in before it validates, so those are not reported.',
  fix: 'Add the field.',
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
  checkPart(graph, report, part) {
    reportKind(part(graph.resources), 'missing', report);
  },
};
