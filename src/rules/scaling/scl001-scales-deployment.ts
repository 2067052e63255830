import { memoizeOnGraph, rollouts, scalers } from '../../graph';
import { documents, exampleAutoscaler, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const scalesDeployment: Rule = {
  code: 'SCL001',
  severity: 'error',
  title: 'An autoscaler scales a Deployment instead of the Rollout',
  why: 'The pods belong to the Rollout. If the Deployment no longer exists, the autoscaler does nothing. If the Rollout takes its template from it, the autoscaler starts pods there that no step controls.',
  fix: 'Let the autoscaler scale `apiVersion: argoproj.io/v1alpha1, kind: Rollout`.',
  whenNotToUse: 'Before a migration, while the Deployment still serves the traffic.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: documents(exampleRollout('{}'), exampleAutoscaler('{ apiVersion: apps/v1, kind: Deployment, name: checkout }')),
  good: documents(exampleRollout('{}'), exampleAutoscaler()),
  peers: { kubeLinter: 'dangling-hpa, not for Rollouts', other: 'kube-score hpa-has-target' },
  checkPart(graph, report, part) {
    for (const { resource, target } of part(scalers(graph))) {
      if (target?.to.kind !== 'Deployment') continue;
      const sameName = { group: 'argoproj.io', kind: 'Rollout', name: target.to.name, namespace: resource.namespace };
      const rollout = target.target ? referred(graph).get(target.target) : graph.find(sameName, resource);
      if (rollout === undefined) continue;
      const which = target.target
        ? `${target.target}, from which ${rollout} takes its template`
        : `the Deployment '${target.to.name}', but that is a Rollout`;
      const ref = resource.field('spec', resource.kind === 'VerticalPodAutoscaler' ? 'targetRef' : 'scaleTargetRef');
      const [kind, version, name] = ['kind', 'apiVersion', 'name'].map((key) => ref.get(key));
      const isFixable = kind.exists && version.exists && rollout.name === target.to.name;
      report(kind.exists ? kind : name, `${resource} scales ${which}`, {
        hint: `scale the Rollout '${rollout.name}'`,
        related: { field: rollout.field('metadata', 'name'), message: 'the Rollout' },
        fix: isFixable
          ? {
              title: 'scale the Rollout',
              edits: [
                { at: kind, set: 'Rollout' },
                { at: version, set: rollout.apiVersion },
              ],
            }
          : undefined,
      });
    }
  },
};

/** The Rollouts by the object from which they take their pods. */
const referred = memoizeOnGraph(
  (graph) => new Map(rollouts(graph).map((one) => [one.workload.workloadRef?.target, one.resource])),
);
