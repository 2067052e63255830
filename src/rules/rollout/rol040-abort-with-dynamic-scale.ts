import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';

export const abortWithDynamicScale: Rule = {
  code: 'ROL040',
  severity: 'warning',
  title: 'An abort may never complete with dynamicStableScale',
  why: 'With `dynamicStableScale`, an abort moves the traffic back only as stable pods become ready, and the canary is scaled down in step. An explicit `abortScaleDownDelaySeconds` keeps the canary pods, so the stable version never gets its remaining pods: the abort stops half way, and the canary keeps its share of the traffic for ever. With `minPodsPerReplicaSet` the last canary pods stay, and with them their share.',
  fix: 'Remove `abortScaleDownDelaySeconds` or `minPodsPerReplicaSet`, or remove `dynamicStableScale`.',
  whenNotToUse: 'Never with an explicit delay: the canary keeps its traffic after an abort.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10.2, measured on a real API server and controller. In 1.8.5 an abort with `minPodsPerReplicaSet` completes.',
  bad: exampleRollout(routedCanary('dynamicStableScale: true\nabortScaleDownDelaySeconds: 10')),
  good: exampleRollout(routedCanary('dynamicStableScale: true')),
  checkPart(graph, report, part) {
    if (lookUp(ARGO_ROLLOUTS.dynamicAbort, graph.releases.argoRollouts) === 'at-once') return;
    for (const { resource, canary } of part(rollouts(graph))) {
      const dynamic = canary.get('dynamicStableScale');
      if (dynamic.boolean !== true || !canary.get('trafficRouting').exists) continue;
      const related = { field: dynamic, message: 'dynamicStableScale' };
      const delay = canary.get('abortScaleDownDelaySeconds');
      if (delay.exists) {
        report(
          delay,
          `an abort of ${resource} never completes: dynamicStableScale waits for the canary pods that abortScaleDownDelaySeconds keeps (Argo Rollouts 1.9 and 1.10)`,
          { related, hint: 'remove abortScaleDownDelaySeconds' },
        );
      }
      const least = canary.get('minPodsPerReplicaSet');
      if ((least.number ?? 0) > 0) {
        report(
          least,
          `an abort of ${resource} may never complete: minPodsPerReplicaSet keeps canary pods, and dynamicStableScale keeps their share of the traffic (Argo Rollouts 1.9 and 1.10)`,
          { related, hint: 'remove minPodsPerReplicaSet' },
        );
      }
    }
  },
};
