import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { routersOf } from '../shared/routers';

/** Routers that always need both Services. Istio and ALB sometimes do, and of the plugins the one for the Gateway API. */
const ALWAYS = ['smi', 'apisix', 'ambassador', 'nginx', 'appMesh', 'traefik'];

export const routerWithoutServices: Rule = {
  code: 'ROL010',
  severity: 'error',
  title: 'Traffic routing without a canary or a stable Service',
  why: 'The router splits requests between the canary Service and the stable Service. If the Rollout names only one or none, the controller refuses it (InvalidSpec, Degraded). It accepts such a Rollout with the plugin for the Gateway API, which then finds no backend of that name in the route: every weight fails, and no update gets past its first one.',
  fix: 'Name both `canaryService` and `stableService`. With Istio, a `destinationRule` with subsets or `pingPong` works instead.',
  whenNotToUse: 'Never: no supported release can split traffic for such a Rollout.',
  confirmedBy:
    "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation. Gateway API plugin 0.15.0, read in its source.",
  bad: exampleRollout(routedCanary().replace(/^stableService.*\n/m, '')),
  good: exampleRollout(routedCanary()),
  peers: { argo: 'Canary service and Stable service must to be set to use Traffic Routing' },
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const { resource, canary, istio } = rollout;
      const pingPong = canary.get('pingPong').exists;
      const byPlugin = rollout.gatewayApi && !pingPong ? 'the plugin for the Gateway API' : undefined;
      const router = routersOf(rollout).find(
        (name) =>
          ALWAYS.includes(name) ||
          (name === 'alb' && !pingPong) ||
          (name === 'istio' && !pingPong && !istio.get('destinationRule').exists),
      );
      const splitter = router ?? byPlugin;
      if (splitter === undefined) continue;
      for (const name of ['canaryService', 'stableService']) {
        const field = canary.get(name);
        if (field.exists && field.value !== '') continue;
        report(field, `${resource} routes traffic with ${splitter} but has no ${name}`, { on: 'key' });
      }
    }
  },
};
