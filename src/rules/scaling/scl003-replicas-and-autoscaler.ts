import { applicationsOf, replicaScalers } from '../../graph';
import { keepsLive } from '../shared/argo-cd-ignores';
import { documents, exampleAutoscaler, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const replicasAndAutoscaler: Rule = {
  code: 'SCL003',
  severity: 'warning',
  title: 'A Rollout with an autoscaler states its replicas',
  why: 'Each time the manifest is applied, the number of pods is reset to this value. A few pods then carry the load of many until the autoscaler reacts.',
  fix: 'Remove `replicas` from the manifest. In the same sync, Argo CD deletes the field and the controller uses 1, so first ignore `/spec/replicas` in the Application if the load matters.',
  whenNotToUse:
    'When an Application that is not among the given files ignores `/spec/replicas` of the Rollout, with `RespectIgnoreDifferences=true`. Without that option, a sync resets what is ignored.',
  confirmedBy: 'Argo CD 3.5.7, measured with its own diff and sync code.',
  bad: documents(exampleRollout('{}', { spec: 'replicas: 2' }), exampleAutoscaler()),
  good: documents(exampleRollout('{}'), exampleAutoscaler()),
  peers: { other: 'kube-score and KICS, for Deployments' },
  checkPart(graph, report, part) {
    for (const { resource, target } of part(replicaScalers(graph))) {
      const rollout = target?.target;
      if (rollout?.kind !== 'Rollout') continue;
      const replicas = rollout.field('spec', 'replicas');
      if (!replicas.exists) continue;
      const by = applicationsOf(graph, rollout);
      if (by.length > 0 && by.every((application) => keepsLive(graph, application, rollout, '.spec.replicas')))
        continue;
      report(replicas, `${rollout} states ${String(replicas.value)} replicas, but ${resource} scales it`, {
        on: 'key',
        // No fix: the apply that removes the field leaves one pod for an instant, so it needs a decision.
        related: { field: target!.from, message: 'the autoscaler' },
      });
    }
  },
};
