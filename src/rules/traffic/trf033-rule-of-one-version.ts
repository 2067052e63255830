import type { GatewayRule } from '../../graph';
import type { Rule } from '../shared/rule';
import { BOTH_BACKENDS, exampleGatewayRoute, PLUGIN_CONFIG } from './gateway-example';
import { roleOfBackend, ruleLabel, weightedRoutes, type WeightedRoute } from './gateway-routes';

const rules = (backends: string): string => `
- matches: [{ path: { value: /admin } }]
  backendRefs: [${backends}]
- backendRefs: [${BOTH_BACKENDS}]`;

export const ruleOfOneVersion: Rule = {
  code: 'TRF033',
  severity: 'error',
  title: 'A rule has one version only, and the plugin sets its weight to 0',
  why: 'The Gateway API plugin sets the weight of every backend that is one of the two Services, in every rule of the route. A rule with the stable Service alone has weight 0 when the canary is at 100 %, and a rule with the canary Service alone has weight 0 whenever no rollout runs. The gateway then answers the requests of that rule with 500. In the short form, and in the long form with `useHeaderRoutes`, the plugin also takes a rule with the canary alone for one of its own header rules and deletes it when the rollout ends.',
  fix: 'Give the rule both backends, or move it to a route that the Rollout does not name.',
  whenNotToUse: 'Never: the rule fails at the end of each rollout or between rollouts.',
  confirmedBy: 'Gateway API plugin 0.15.0, measured.',
  bad: exampleGatewayRoute(PLUGIN_CONFIG, rules('{ name: checkout-stable, port: 80 }')),
  good: exampleGatewayRoute(PLUGIN_CONFIG, rules(BOTH_BACKENDS)),
  checkPart(graph, report, part) {
    for (const weighted of part(weightedRoutes(graph))) {
      const { rollout, route } = weighted;
      const split = route.rules.some((one) => rolesIn(weighted, one).size === 2);
      for (const one of route.rules) {
        const roles = rolesIn(weighted, one);
        // If no rule has both, a backend is missing, which is another rule's finding.
        if (roles.size !== 1 || (!split && missesOne(weighted))) continue;
        const [role] = roles;
        const deleted =
          role === 'canary' && weighted.use.useHeaderRoutes
            ? ', and the plugin deletes the rule when a rollout ends'
            : '';
        const when = role === 'stable' ? 'at setWeight 100 and at the end of each rollout' : 'whenever no rollout runs';
        report(
          one.field.get('backendRefs'),
          `${ruleLabel(one)} of ${route.resource} has only the ${role} Service of ${rollout.resource}, whose weight is 0 ${when}${deleted}`,
          { on: 'key' },
        );
      }
    }
  },
};

const rolesIn = ({ rollout }: WeightedRoute, { backends }: GatewayRule): Set<string> =>
  new Set(backends.flatMap((backend) => roleOfBackend(rollout, backend) ?? []));

const missesOne = (weighted: WeightedRoute): boolean =>
  new Set(weighted.route.rules.flatMap((one) => [...rolesIn(weighted, one)])).size < 2;
