import type { Rule } from '../shared/rule';
import { BOTH_BACKENDS, exampleGatewayRoute, PLUGIN_CONFIG } from './gateway-example';
import { roleOfBackend, rolesIn, ruleLabel, weightedRoutes } from './gateway-routes';

const rule = (third: string): string => `- backendRefs: [${BOTH_BACKENDS}${third}]`;

export const thirdBackend: Rule = {
  code: 'TRF032',
  severity: 'warning',
  title: 'A third backend changes the share of the canary',
  why: 'The Gateway API plugin writes weights that add up to 100, or from 0.17 to `maxTrafficWeight`, for the canary and the stable backend, and leaves other backends of the rule as they are. A gateway shares requests in proportion to all weights, so a third backend with a weight takes its part from both. The canary then gets less than the step says. A backend without a weight counts as 1.',
  fix: 'Give the third backend a rule of its own, or the weight 0.',
  whenNotToUse: 'When the third backend should get a fixed part and the exact share of the canary does not matter.',
  confirmedBy: 'Gateway API plugin 0.15.0, measured.',
  bad: exampleGatewayRoute(PLUGIN_CONFIG, rule(', { name: checkout-legacy, port: 80, weight: 25 }')),
  good: exampleGatewayRoute(PLUGIN_CONFIG, rule(', { name: checkout-legacy, port: 80, weight: 0 }')),
  checkPart(graph, report, part) {
    for (const { rollout, route } of part(weightedRoutes(graph))) {
      for (const one of route.rules) {
        const roles = one.backends.map((backend) => roleOfBackend(graph, rollout, backend));
        if (rolesIn(graph, rollout, [one]).size < 2) continue;
        for (const [index, { field, name, weight }] of one.backends.entries()) {
          if (roles[index] !== undefined || weight === 0) continue;
          const half = Math.floor(50_000 / (100 + weight)) / 10;
          report(
            field,
            `${ruleLabel(one)} of ${route.resource} gives '${name}' the weight ${weight} besides the two versions of ${rollout.resource}, so setWeight 50 sends only ${half} % to the canary`,
          );
        }
      }
    }
  },
};
