import { disruptionBudgets } from '../../graph';
import { documents, exampleBudget, exampleRollout } from '../shared/example';
import { nearestLabel, selectorAsksToo } from '../shared/pod-labels';
import type { Rule } from '../shared/rule';

const manifests = (app: string): string => documents(exampleRollout('{}'), exampleBudget('maxUnavailable: 1', app));

export const budgetForNothing: Rule = {
  code: 'SCL005',
  severity: 'warning',
  title: 'A PodDisruptionBudget selects no pods',
  why: 'The budget protects nothing. When nodes are drained, all pods of the application may be evicted at once.',
  fix: 'Use labels of the pods (`spec.template.metadata.labels`) in the selector.',
  whenNotToUse: 'When the pods are kept elsewhere; then lint without `--closed-world`.',
  confirmedBy: 'Kubernetes 1.34, by its documentation.',
  bad: manifests('chekout'),
  good: manifests('checkout'),
  peers: { other: 'kube-score deployment-has-pdb, for Deployments' },
  checkPart(graph, report, part) {
    for (const { resource, workloads } of part(disruptionBudgets(graph))) {
      if (workloads.length > 0) continue;
      const labels = resource.field('spec', 'selector', 'matchLabels');
      const slip = labels.entries().flatMap(([key, field]) => {
        const near = nearestLabel(graph, resource.namespace, key, field.string ?? '');
        return near ? [{ field, name: near.meant, because: selectorAsksToo(near.workload, key, field.value) }] : [];
      })[0];
      report(
        slip?.field ?? resource.field('spec', 'selector'),
        `${resource} selects no pods of anything defined here`,
        {
          outside: true,
          because: slip?.because,
          didYouMean: slip && { name: slip.name },
        },
      );
    }
  },
};
