import type { Rule } from '../shared/rule';
import { BOTH_BACKENDS, exampleGatewayRoute, PLUGIN_CONFIG } from './gateway-example';
import { isTakenForHeaderRule, rolesIn, ruleLabel, weightedRoutes, weightedRules } from './gateway-routes';

const rules = (backends: string): string => `
- matches: [{ path: { value: /admin } }]
  backendRefs: [${backends}]
- backendRefs: [${BOTH_BACKENDS}]`;

export const ruleOfOneVersion: Rule = {
  code: 'TRF033',
  severity: 'error',
  title: 'A rule has one version only, and the plugin sets its weight to 0 or deletes it',
  why: 'Up to 0.15, and in a TCPRoute or TLSRoute, the Gateway API plugin sets the weight of every backend that is one of the two Services. A rule with the stable Service alone has weight 0 when the canary is at 100 %, and the gateway answers the requests of that rule with 500. From 0.13 to 0.15 the plugin takes a rule of an HTTPRoute or GRPCRoute whose only backend is the canary Service for one of a header step. It sets no weight there, but in the short form, and in the long form with `useHeaderRoutes`, it deletes the rule when a rollout ends. Before 0.13, and in a TCPRoute or TLSRoute, it sets that weight to 0 whenever no rollout runs. From 0.17 it leaves rules of HTTPRoutes and GRPCRoutes alone that do not have both Services.',
  fix: 'Give the rule both backends, or move it to a route that the Rollout does not name.',
  whenNotToUse: 'Never: the rule fails or is deleted at the end of each rollout.',
  confirmedBy: 'Gateway API plugin 0.15.0, measured. Releases from 0.8 to 0.17, read in their sources.',
  bad: exampleGatewayRoute(PLUGIN_CONFIG, rules('{ name: checkout-stable, port: 80 }')),
  good: exampleGatewayRoute(PLUGIN_CONFIG, rules(BOTH_BACKENDS)),
  releases: { gatewayApiPlugin: '0.15' },
  checkPart(graph, report, part) {
    for (const weighted of part(weightedRoutes(graph))) {
      const { rollout, route, use } = weighted;
      const rules = weightedRules(graph, weighted);
      // A missing backend is another rule's finding.
      if (rolesIn(graph, rollout, rules).size < 2) continue;
      for (const one of route.rules) {
        const taken = isTakenForHeaderRule(graph, weighted, one);
        if (taken ? !use.useHeaderRoutes : !rules.includes(one)) continue;
        const roles = rolesIn(graph, rollout, [one]);
        if (roles.size !== 1) continue;
        const [role] = roles;
        const what = taken
          ? 'so the plugin takes it for a rule of a header step and deletes it when a rollout ends'
          : `whose weight is 0 ${WEIGHTLESS[role]}`;
        report(
          one.field.get('backendRefs'),
          `${ruleLabel(one)} of ${route.resource} has only the ${role} Service of ${rollout.resource}, ${what}`,
          { on: 'key' },
        );
      }
    }
  },
};

const OTHER_HAS_ALL = 'whenever the other Service has all requests';

/** When the Service of a version has no weight. */
const WEIGHTLESS = {
  stable: 'at setWeight 100 and at the end of each rollout',
  canary: 'whenever no rollout runs',
  ping: OTHER_HAS_ALL,
  pong: OTHER_HAS_ALL,
};
