import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';

const manifest = (subject: string): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: monitoring-view }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-monitoring-view }
subjects:
  - ${subject}
`;

export const subjectWithoutNamespace: Rule = {
  code: 'REF028',
  severity: 'error',
  title: 'A ClusterRoleBinding names a ServiceAccount without its namespace',
  why: 'A ClusterRoleBinding has no namespace of its own, so the API server asks for that of each ServiceAccount and refuses the object. An analysis that asks Prometheus with the token of the account is then refused, and the rollout is aborted.',
  fix: 'Add `namespace` to the subject.',
  whenNotToUse: 'When kustomize fills it in: it sets the namespace of subjects whose ServiceAccount it knows.',
  confirmedBy: CONFIRMED_BY.apiServer,
  bad: manifest('{ kind: ServiceAccount, name: checkout }'),
  good: manifest('{ kind: ServiceAccount, name: checkout, namespace: shop }'),
  checkPart(graph, report, part) {
    for (const binding of part(graph.ofKind('ClusterRoleBinding', 'rbac.authorization.k8s.io'))) {
      for (const subject of binding.field('subjects').items()) {
        if (subject.get('kind').string !== 'ServiceAccount' || subject.get('namespace').value) continue;
        const name = subject.get('name').string ?? '';
        const account = graph.find({ group: '', kind: 'ServiceAccount', name, namespace: undefined }, binding);
        report(subject, `${binding} names the ServiceAccount '${name}' without its namespace`, {
          hint: 'add namespace',
          // Of an account without a namespace of its own, kustomize sets both.
          outside: account !== undefined && account.namespace === undefined,
        });
      }
    }
  },
};
