import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { routersOf } from '../shared/routers';

/** Those that always need both Services; Istio and ALB only sometimes, plugins never. */
const ALWAYS = ['smi', 'apisix', 'ambassador', 'nginx', 'appMesh', 'traefik'];

export const routerWithoutServices: Rule = {
  code: 'ROL010',
  severity: 'error',
  title: 'Traffic is to be split between Services that the Rollout does not name',
  why: 'The router sends requests to the canary Service and the stable Service; the controller refuses a Rollout that names only one or none: InvalidSpec, Degraded.',
  fix: 'Name both `canaryService` and `stableService`. With Istio, subsets of a `destinationRule` or `pingPong` do instead.',
  bad: exampleRollout(routedCanary().replace(/^stableService.*\n/m, '')),
  good: exampleRollout(routedCanary()),
  peers: { argo: 'Canary service and Stable service must to be set to use Traffic Routing' },
  check(graph, report) {
    for (const rollout of rollouts(graph)) {
      const { resource, canary, istio } = rollout;
      const pingPong = canary.get('pingPong').exists;
      const router = routersOf(rollout).find(
        (name) =>
          ALWAYS.includes(name) ||
          (name === 'alb' && !pingPong) ||
          (name === 'istio' && !pingPong && !istio.get('destinationRule').exists),
      );
      if (router === undefined) continue;
      for (const name of ['canaryService', 'stableService']) {
        const field = canary.get(name);
        if (field.exists && field.value !== '') continue;
        report(field, `${resource} routes traffic with ${router} and gives no ${name}`, { on: 'key' });
      }
    }
  },
};
