import { exampleOf } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifest = (name: string): string =>
  exampleOf('maistra.io/v1', 'ServiceMeshMember', name, 'controlPlaneRef: { name: basic, namespace: istio-system }');

export const memberName: Rule = {
  code: 'MSH014',
  severity: 'error',
  title: 'An object of OpenShift Service Mesh has another name than default',
  why: 'OpenShift Service Mesh 2 takes note of one ServiceMeshMember and one ServiceMeshMemberRoll in a namespace, which are called `default`. Its webhook refuses others, and the namespace stays outside the mesh: no proxy is injected, and the weights of the Rollout have no effect.',
  fix: 'Call the object `default`.',
  whenNotToUse: 'With OpenShift Service Mesh 3, which has neither kind.',
  confirmedBy:
    'OpenShift Service Mesh 2.5: the webhook of the Maistra operator, read (`pkg/controller/servicemesh/webhooks/validation/member.go` and `memberroll.go`).',
  bad: manifest('checkout'),
  good: manifest('default'),
  check(graph, report) {
    for (const kind of ['ServiceMeshMember', 'ServiceMeshMemberRoll']) {
      for (const one of graph.ofKind(kind, 'maistra.io')) {
        if (one.name === 'default') continue;
        const name = one.field('metadata', 'name');
        if (!name.string) continue;
        report(name, `${kind} is called '${name.string}', and OpenShift takes note of 'default' alone`, {
          fix: { title: "rename it to 'default'", edits: [{ at: name, set: 'default' }] },
        });
      }
    }
  },
};
