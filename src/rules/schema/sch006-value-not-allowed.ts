import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { reportKind } from './problems';

export const valueNotAllowed: Rule = {
  code: 'SCH006',
  severity: 'error',
  title: 'A field has a value that is not allowed',
  why: 'The API server refuses the object. For the pod template of a Rollout the controller refuses it instead: the Rollout is Degraded with InvalidSpec. A ConfigMap or Secret is refused if its values have more than 1 MiB together, without the keys, and what is in base64 counts decoded.',
  fix: 'Use one of the values that the definition allows. Split a ConfigMap or Secret that is too large, or keep large files in an image or a volume.',
  whenNotToUse:
    'Ignore it when your cluster has a different release of the definition. The releases of the definitions are listed in `docs/supported-versions.md`.',
  confirmedBy: CONFIRMED_BY.apiServerAndIstio,
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
  checkPart(graph, report, part) {
    reportKind(part(graph.resources), 'value', report);
  },
};
