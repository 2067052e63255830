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
  title: 'A mirror is to take less than none or more than all requests',
  why: 'The controller passes the number on; Istio refuses the VirtualService, and the rollout stands still at that step.',
  fix: 'Give a percentage from 1 to 100 (the default), whole.',
  bad: exampleRollout(canary(150)),
  good: exampleRollout(canary(50)),
  peers: { istioctl: 'IST0106, once the controller has written it' },
  check(graph, report) {
    for (const { resource, steps } of rollouts(graph)) {
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
