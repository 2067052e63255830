import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (percentage: number): string =>
  routedCanary(`steps:
  - setMirrorRoute:
      name: mirror
      percentage: ${percentage}
      match: [{ path: { prefix: / } }]
  - pause: { duration: 10m }
`).replace('trafficRouting:', 'trafficRouting:\n  managedRoutes: [{ name: mirror }]');

export const mirrorPercentage: Rule = {
  code: 'ROL027',
  severity: 'error',
  title: 'The percentage of a mirror is out of range',
  why: 'The controller passes the number on, and Istio refuses the VirtualService. The rollout then stops at that step.',
  fix: 'Write a whole percentage from 1 to 100 (default: 100).',
  whenNotToUse: 'Never: Istio refuses the value.',
  confirmedBy: "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation.",
  bad: exampleRollout(canary(150)),
  good: exampleRollout(canary(50)),
  peers: { istioctl: 'IST0106, once the controller has written it' },
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      for (const step of steps) {
        const field = step.field.get('setMirrorRoute', 'percentage');
        if (field.number === undefined || (field.number > 0 && field.number <= 100)) continue;
        const severity = field.number === 0 ? 'warning' : undefined;
        report(field, `${stepOf(step, resource)} mirrors ${field.number} % of the requests`, {
          severity,
          hint: 'a percentage is from 1 to 100',
        });
      }
    }
  },
};
