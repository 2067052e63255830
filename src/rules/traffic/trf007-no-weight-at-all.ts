import { virtualServices } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';
import { routeLabel } from './roles';

export const noWeightAtAll: Rule = {
  code: 'TRF007',
  severity: 'error',
  title: 'The weights of a route make nothing, or one is negative',
  why: 'Istio refuses a VirtualService in which the weights of several destinations add up to zero: nothing would answer. Its webhook rejects it, or where there is none the proxies keep what they had.',
  fix: 'Give the destinations weights; of a Rollout, 100 for stable and 0 for the canary.',
  bad: exampleRouted(EXAMPLE_ROUTE.replace('weight: 100', 'weight: 0')),
  good: exampleRouted(EXAMPLE_ROUTE),
  peers: { istioctl: 'IST0106: total destination weight = 0' },
  check(graph, report) {
    for (const { resource, routes } of virtualServices(graph)) {
      for (const route of routes) {
        const { destinations, field } = route;
        for (const destination of destinations) {
          if ((destination.weight ?? 0) >= 0) continue;
          report(
            destination.field.get('weight'),
            `${routeLabel(route)} of ${resource} has the weight ${destination.weight}`,
          );
        }
        if (destinations.length < 2 || destinations.some(({ weight }) => (weight ?? 0) !== 0)) continue;
        report(field.get('route'), `the weights of ${routeLabel(route)} of ${resource} add up to 0`, { on: 'key' });
      }
    }
  },
};
