import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

export const abortKeepsCanary: Rule = {
  code: 'ROL037',
  severity: 'advice',
  title: 'The pods of an aborted canary are never taken away',
  why: 'An `abortScaleDownDelaySeconds` of 0 does not mean at once but never: the pods of the version that failed stay, cost what they cost, and do whatever they do besides answering requests, such as working off a queue.',
  fix: 'Give the seconds in which somebody may look at the pods (30 is the default).',
  bad: exampleRollout(routedCanary('abortScaleDownDelaySeconds: 0')),
  good: exampleRollout(routedCanary('abortScaleDownDelaySeconds: 1')),
  check(graph, report) {
    for (const { resource, canary, blueGreen, steps } of rollouts(graph)) {
      const preview = blueGreen.get('abortScaleDownDelaySeconds');
      if (preview.number === 0) {
        report(preview, `${resource} keeps the pods of an aborted version: abortScaleDownDelaySeconds is 0`, {
          hint: 'write the seconds to keep them, such as 30',
        });
      }
      const field = canary.get('abortScaleDownDelaySeconds');
      // With dynamicStableScale another rule tells what an explicit delay does.
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
