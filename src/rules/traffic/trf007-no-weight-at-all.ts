import { virtualServices } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';
import { routeLabel } from './roles';

export const noWeightAtAll: Rule = {
  code: 'TRF007',
  severity: 'error',
  title: 'The weights of a route add up to 0, or one is negative',
  why: 'No destination would answer. The webhook of Istio refuses the VirtualService; without the webhook, the proxies keep their old configuration.',
  fix: 'Give the destinations weights; for a Rollout, 100 for stable and 0 for the canary.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: exampleRouted(EXAMPLE_ROUTE.replace('weight: 100', 'weight: 0')),
  good: exampleRouted(EXAMPLE_ROUTE),
  peers: { istioctl: 'IST0106: total destination weight = 0' },
  checkPart(graph, report, part) {
    for (const { resource, routes } of part(virtualServices(graph))) {
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
