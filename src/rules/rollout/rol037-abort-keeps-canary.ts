import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

export const abortKeepsCanary: Rule = {
  code: 'ROL037',
  severity: 'advice',
  title: 'abortScaleDownDelaySeconds is 0',
  why: 'For a canary with traffic routing, 0 does not mean "keep the pods" and not always "remove them at once" either. With `setWeight` steps only, the canary is scaled to 0 at once after an abort, so nobody can inspect it. While a `setCanaryScale` is in force, its pods stay for ever. A blue-green Rollout keeps the pods of the preview.',
  fix: 'Write the seconds for which the pods of an aborted version should stay (default: 30).',
  whenNotToUse: 'When the pods should go at once after an abort and no step sets the scale of the canary.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10.2, measured on a real API server and controller. Blue-green: read in the source.',
  bad: exampleRollout(routedCanary('abortScaleDownDelaySeconds: 0')),
  good: exampleRollout(routedCanary('abortScaleDownDelaySeconds: 1')),
  checkPart(graph, report, part) {
    for (const { resource, canary, blueGreen, steps } of part(rollouts(graph))) {
      const preview = blueGreen.get('abortScaleDownDelaySeconds');
      if (preview.number === 0) {
        report(preview, `${resource} keeps the pods of an aborted version: abortScaleDownDelaySeconds is 0`, {
          hint: 'write the seconds to keep them, such as 30',
        });
      }
      const field = canary.get('abortScaleDownDelaySeconds');
      // With dynamicStableScale, another rule reports an explicit delay.
      if (field.number !== 0 || canary.get('dynamicStableScale').boolean === true) continue;
      const scaled = steps.some((step) => {
        const scale = step.field.get('setCanaryScale');
        return scale.exists && scale.get('matchTrafficWeight').boolean !== true;
      });
      const effect = scaled
        ? 'keeps the pods of an aborted canary for ever while a setCanaryScale is in force'
        : 'removes the pods of an aborted canary at once, so nobody can inspect them';
      report(field, `${resource} ${effect}: abortScaleDownDelaySeconds is 0`, {
        hint: 'write the seconds to keep them, such as 30',
      });
    }
  },
};
