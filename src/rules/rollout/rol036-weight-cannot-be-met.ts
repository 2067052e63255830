import { memoizeOnGraph, rollouts, scalers } from '../../graph';
import { exampleRollout } from '../shared/example';
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
      const replicas = resource.field('spec', 'replicas').number;
      if (!replicas || replicas > 100 || canary.get('trafficRouting').exists || scaled(graph).has(resource)) continue;
      for (const step of steps) {
        const field = step.field.get('setWeight');
        const weight = field.number;
        if (weight === undefined || weight <= 0 || weight >= 100) continue;
        const nearest = nearestShare(weight, replicas);
        if (Math.abs(nearest - weight) <= TOLERANCE) continue;
        const pods = `${replicas} pod${replicas === 1 ? '' : 's'}`;
        report(
          field,
          `${stepOf(step, resource)} sets the weight ${weight}, but with ${pods} and no traffic routing the nearest share is ${Math.round(nearest)} %`,
        );
      }
    }
  },
};

/** The controller may temporarily run one more pod. */
function nearestShare(weight: number, replicas: number): number {
  let best = Infinity;
  for (const all of [replicas, replicas + 1]) {
    for (let pods = 1; pods <= all; pods++) {
      const share = (pods / all) * 100;
      if (Math.abs(share - weight) < Math.abs(best - weight)) best = share;
    }
  }
  return best;
}

const scaled = memoizeOnGraph((graph) => new Set(scalers(graph).map(({ target }) => target?.target)));
