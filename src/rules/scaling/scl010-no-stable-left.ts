import { type Rollout, rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (weight: number): string =>
  routedCanary(`dynamicStableScale: true
steps:
  - setWeight: 20
  - pause: { duration: 10m }
  - setWeight: ${weight}
  - pause: { duration: 10m }
`);

export const noStableLeft: Rule = {
  code: 'SCL010',
  severity: 'advice',
  upTo: 'warning',
  title: 'No stable pods are left while the canary is still judged',
  why: 'With `dynamicStableScale`, the stable version is scaled down as the canary gets its weight. At 100 % none of it runs. If the canary is aborted then, every user stays on the bad version until stable pods have started. With ingress-nginx it is an outage at once: nginx answers every request of a host with 503 while its stable Service has no endpoints, even if the canary has all the weight. The annotation `default-backend` of the stable Ingress prevents that.',
  fix: 'End the steps below 100 % (the end of the steps is 100 % anyway), or remove `dynamicStableScale`.',
  whenNotToUse: 'When the pods start within seconds.',
  confirmedBy:
    'ingress-nginx 1.15, read in its source (`balancer.lua`, `sync_backend` and `get_balancer`; argo-rollouts#1820). The numbers of pods: the conformance run compares the plan with the controller.',
  bad: exampleRollout(canary(100)),
  good: exampleRollout(canary(80)),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const { resource, canary: fields, steps } = rollout;
      if (fields.get('dynamicStableScale').boolean !== true) continue;
      for (const [index, step] of steps.entries()) {
        const weight = step.field.get('setWeight');
        const judged = steps
          .slice(index + 1)
          .some(({ kinds }) => kinds.includes('pause') || kinds.includes('analysis'));
        if ((step.percent ?? 0) < 100 || !judged) continue;
        const refuses = nginxNeedsStable(rollout);
        const what = refuses ? 'nginx answers all requests with 503 until the promotion' : 'more steps follow';
        report(weight, `${stepOf(step, resource)} leaves no stable pods, by dynamicStableScale, and ${what}`, {
          severity: refuses ? 'warning' : undefined,
          related: { field: fields.get('dynamicStableScale'), message: 'dynamicStableScale' },
        });
        break;
      }
    }
  },
};

/** Whether nginx routes by an Ingress that does not say where requests go when the stable Service has no endpoints. */
const nginxNeedsStable = (rollout: Rollout): boolean =>
  rollout.ingressesOf('nginx').some(
    ({ target }) =>
      target !== undefined &&
      !target
        .field('metadata', 'annotations')
        .entries()
        .some(([key]) => key.endsWith('/default-backend')),
  );
