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
    for (const { resource, canary, blueGreen } of rollouts(graph)) {
      for (const strategy of [canary, blueGreen]) {
        const field = strategy.get('abortScaleDownDelaySeconds');
        if (field.number !== 0) continue;
        report(field, `${resource} never scales down an aborted version: abortScaleDownDelaySeconds is 0`);
      }
    }
  },
};
