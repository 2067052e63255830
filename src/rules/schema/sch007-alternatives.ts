import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { reportKind } from './problems';

export const alternatives: Rule = {
  code: 'SCH007',
  severity: 'error',
  title: 'Fields exclude each other, or one of several is required',
  why: 'The definition requires exactly one of these fields. The API server refuses the object.',
  fix: 'Keep exactly one of them.',
  whenNotToUse:
    'Ignore it when your cluster has a different release of the definition. The releases of the definitions are listed in `docs/supported-versions.md`.',
  confirmedBy: CONFIRMED_BY.apiServerAndIstio,
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
  checkPart(graph, report, part) {
    reportKind(part(graph.resources), 'alternatives', report);
  },
};
