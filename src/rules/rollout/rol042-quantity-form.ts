import { type Field, rollouts } from '../../graph';
import { canonicalFormOf, containerQuantities } from '../shared/canonical-form';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifest = (memory: string): string =>
  exampleRollout('{}').replace(
    / {2}template:.*/,
    `  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.4.2
          resources: { requests: { memory: ${memory} } }`,
  );

export const quantityForm: Rule = {
  code: 'ROL042',
  severity: 'note',
  title: 'The controller rewrites a quantity',
  why: 'At each revision the controller writes the whole Rollout, and with it every quantity in canonical form: `2048Mi` becomes `2Gi`, `1000m` becomes `1`. Argo CD knows this for Rollouts, unless `knownTypeFields` in `argocd-cm` has an entry of its own for them. Other tools, and a plain `kubectl diff`, report the difference as drift.',
  fix: 'Write the quantity in canonical form.',
  whenNotToUse: 'When the tool that compares Git with the cluster understands quantities, as Argo CD does.',
  confirmedBy: 'Argo Rollouts 1.9.1 and 1.10.2, measured on a real API server.',
  bad: manifest('2048Mi'),
  good: manifest('2Gi'),
  checkPart(graph, report, part) {
    for (const { resource, workload } of part(rollouts(graph))) {
      if (workload.template.resource !== resource || resource.field('spec', 'workloadRef').exists) continue;
      const spec = workload.template.get('spec');
      for (const amount of quantitiesOf(spec)) {
        const form = canonicalFormOf(amount);
        if (form === undefined) continue;
        report(amount, `the controller writes ${form} for the ${String(amount.value)} of ${resource}`, {
          hint: `write ${form}`,
          fix: { title: `write ${form}`, edits: [{ at: amount, set: /^\d+$/.test(form) ? Number(form) : form }] },
        });
      }
    }
  },
};

/** The quantities of the resources of containers, and the limits of volumes in memory or on the disk of the node. */
function* quantitiesOf(spec: Field): Generator<Field> {
  for (const container of [...spec.get('containers').items(), ...spec.get('initContainers').items()]) {
    yield* containerQuantities(container);
  }
  for (const volume of spec.get('volumes').items()) yield volume.get('emptyDir', 'sizeLimit');
}
