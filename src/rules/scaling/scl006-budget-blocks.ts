import { disruptionBudgets, type Field, type Graph, type Resource, scalersOf } from '../../graph';
import { documents, exampleBudget, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (replicas: number): string =>
  documents(exampleRollout('{}', { spec: `replicas: ${replicas}` }), exampleBudget('minAvailable: 2'));

export const budgetBlocks: Rule = {
  code: 'SCL006',
  severity: 'warning',
  title: 'A PodDisruptionBudget allows no eviction',
  why: 'No pod can ever be evicted. The drain of a node waits for ever, and so does the upgrade of the cluster.',
  fix: 'Ask for fewer available pods than the minimum that runs, run one more, or write `maxUnavailable: 1`.',
  whenNotToUse: 'When evictions are done by hand for this application.',
  confirmedBy: 'Kubernetes 1.34, by its documentation.',
  bad: manifests(2),
  good: manifests(3),
  peers: { other: 'polaris pdbMinAvailableGreaterThanHPAMinReplicas' },
  checkPart(graph, report, part) {
    for (const { resource, workloads } of part(disruptionBudgets(graph))) {
      const [least, most] = ['minAvailable', 'maxUnavailable'].map((key) => resource.field('spec', key));
      if (/^0+%?$/.test(String(most.value ?? ''))) {
        report(most, `${resource} allows ${String(most.value)} pods to be unavailable: none can be evicted`);
        continue;
      }
      for (const { resource: rollout } of workloads) {
        if (rollout.kind !== 'Rollout') continue;
        const { count, related } = fewest(graph, rollout);
        const wanted = /^\d+%$/.test(least.string ?? '')
          ? Math.ceil((Number.parseInt(least.string!, 10) / 100) * count)
          : least.integer;
        if (wanted === undefined || wanted < count || count === 0) continue;
        report(
          least,
          `${resource} asks for ${String(least.value)} available pods, and ${rollout} has ${count}: none can be evicted`,
          {
            related: { field: related, message: 'how many there are' },
          },
        );
      }
    }
  },
};

/** The minimum number of pods of a Rollout. That of an autoscaler takes precedence over the manifest. */
function fewest(graph: Graph, rollout: Resource): { readonly count: number; readonly related: Field } {
  const scaler = scalersOf(graph, rollout).find(({ resource }) => resource.kind !== 'VerticalPodAutoscaler');
  const replicas = rollout.field('spec', 'replicas');
  const least = scaler?.least;
  if (scaler && least)
    return { count: least.number ?? (scaler.resource.kind === 'ScaledObject' ? 0 : 1), related: least };
  return { count: replicas.number ?? 1, related: replicas };
}
