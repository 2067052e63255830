import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

const canary = (weight: number): string => `antiAffinity: { ${PREFERRED}: { weight: ${weight} } }`;

export const antiAffinity: Rule = {
  code: 'ROL021',
  severity: 'error',
  title: 'The anti-affinity between versions is invalid',
  why: 'The anti-affinity must be either preferred, with a weight from 1 to 100, or required. Otherwise the controller refuses the Rollout (InvalidSpec, Degraded), and nothing is rolled out.',
  fix: `Give \`${REQUIRED}: {}\`, or \`${PREFERRED}\` with a weight from 1 to 100.`,
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout(canary(0)),
  good: exampleRollout(canary(50)),
  peers: { argo: 'AntiAffinity must have exactly one strategy listed; AntiAffinity weight must be between 1-100' },
  checkPart(graph, report, part) {
    for (const { resource, canary: fields, blueGreen } of part(rollouts(graph))) {
      for (const field of [fields.get('antiAffinity'), blueGreen.get('antiAffinity')]) {
        if (!field.exists) continue;
        const [preferred, required] = [field.get(PREFERRED), field.get(REQUIRED)];
        if (preferred.exists === required.exists) {
          const found = preferred.exists ? 'both preferred and required' : 'neither preferred nor required';
          report(field, `the anti-affinity of ${resource} is ${found}`, { on: 'key' });
        }
        const weight = preferred.get('weight');
        if (weight.number === undefined || (weight.number >= 1 && weight.number <= 100)) continue;
        report(weight, `the anti-affinity of ${resource} has the weight ${weight.number}, which is outside 1 to 100`);
      }
    }
  },
};
