import { rollouts } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';
import { roleOf, routeLabel } from './roles';

const third = (weight: number): string =>
  `${EXAMPLE_ROUTE.trimEnd().replace('weight: 100', `weight: ${100 - weight}`)}\n    - { destination: { host: checkout-legacy }, weight: ${weight} }\n`;

export const foreignDestination: Rule = {
  code: 'TRF008',
  severity: 'warning',
  title: 'A weighted route has a destination that the controller deletes',
  why: 'The controller splits 100 % between the stable version, the canary and the destinations that it knows. At the first step it deletes any other destination that has a weight, and the stable version gets those requests.',
  fix: 'Move the destination to a route of its own, or list its subset in `destinationRule.additionalSubsetNames` (from Argo Rollouts 1.9).',
  whenNotToUse: 'Never: the destination does not survive the first step.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleRouted(third(20)),
  good: exampleRouted(third(0)),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const additional = rollout.istio
        .get('destinationRule', 'additionalSubsetNames')
        .items()
        .map(({ string }) => string);
      // With ping-pong either Service may be either version.
      if (rollout.services.ping) continue;
      for (const { virtualService, routes } of rollout.virtualServices) {
        for (const route of routes) {
          const roles = route.destinations.map((one) => roleOf(rollout, one));
          if (!roles.includes('canary') || !roles.includes('stable')) continue;
          for (const [index, { weight, host, subset, field }] of route.destinations.entries()) {
            if (!weight || roles[index] !== undefined) continue;
            if (subset !== undefined && additional.includes(subset)) continue;
            const where = subset === undefined ? host.text : `${host.text}, subset ${subset}`;
            report(
              field,
              `${routeLabel(route)} of ${virtualService?.resource} gives ${weight} % to '${where}', which ${rollout.resource} deletes`,
            );
          }
        }
      }
    }
  },
};
