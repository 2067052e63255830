import { closestCounts, memoizeOnGraph, rollouts, replicaScalers } from '../../graph';
import { exampleRollout } from '../shared/example';
import { podAmount } from '../shared/pod-amount';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

/** The difference between the share of pods and the weight from which it is reported, in percentage points. */
const TOLERANCE = 10;

export const weightCannotBeMet: Rule = {
  code: 'ROL036',
  severity: 'advice',
  title: 'There are too few pods for a weight',
  why: 'Without traffic routing, the share of requests is the share of pods. A few pods allow only a few shares, and a single canary pod may get far more traffic than the step says.',
  fix: 'Set a weight that the number of pods allows, run more pods, or configure `trafficRouting`.',
  whenNotToUse: 'When the exact share does not matter, for example because every step waits for a manual approval.',
  bad: exampleRollout('steps:\n  - setWeight: 5\n  - pause: {}', { spec: 'replicas: 2' }),
  good: exampleRollout('steps:\n  - setWeight: 5\n  - pause: {}', { spec: 'replicas: 20' }),
  checkPart(graph, report, part) {
    for (const { resource, canary, steps } of part(rollouts(graph))) {
      const replicas = resource.field('spec', 'replicas').integer ?? 0;
      if (replicas < 1 || replicas > 100 || canary.get('trafficRouting').exists || scaled(graph).has(resource))
        continue;
      // Of more than one additional pod the controller makes no use here.
      const maxSurge = podAmount(canary.get('maxSurge')) === 0 ? 0 : 1;
      for (const step of steps) {
        const field = step.field.get('setWeight');
        const weight = field.number;
        if (weight === undefined || weight <= 0 || weight >= 100) continue;
        const pods = closestCounts({ replicas, maxSurge, maxTrafficWeight: 100 }, weight);
        const nearest = (pods.canary / (pods.canary + pods.stable)) * 100;
        // No pod at all is another matter, which ROL047 reports.
        if (pods.canary === 0 || Math.abs(nearest - weight) <= TOLERANCE) continue;
        const most = `${replicas} pod${replicas === 1 ? '' : 's'}`;
        report(
          field,
          `${stepOf(step, resource)} sets the weight ${weight}, but with ${most} and no traffic routing the nearest share is ${Math.round(nearest)} %: ${pods.canary} of ${pods.canary + pods.stable}`,
        );
      }
    }
  },
};

const scaled = memoizeOnGraph((graph) => new Set(replicaScalers(graph).map(({ target }) => target?.target)));
