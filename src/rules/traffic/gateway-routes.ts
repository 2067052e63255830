import {
  type Backend,
  type Field,
  type GatewayPlugin,
  type GatewayRoute,
  type GatewayRule,
  type Graph,
  type PluginRoute,
  type Rollout,
  rollouts,
} from '../../graph';
import { GATEWAY_API_PLUGIN, lookUp } from '../../versions';
import type { FieldEdit } from '../shared/fix';
import type { Part, Report } from '../shared/rule';
import { closest } from '../shared/suggest';

/** A route of the Gateway API that a Rollout weights through the plugin. */
export interface WeightedRoute {
  readonly rollout: Rollout;
  readonly plugin: GatewayPlugin;
  readonly use: PluginRoute;
  readonly route: GatewayRoute;
}

/** Every route of the given set that a Rollout weights through the Gateway API plugin. */
export function weightedRoutes(graph: Graph): WeightedRoute[] {
  return rollouts(graph).flatMap((rollout) => {
    const plugin = rollout.gatewayApi;
    if (plugin === undefined) return [];
    return plugin.routes.flatMap((use) => (use.route ? [{ rollout, plugin, use, route: use.route }] : []));
  });
}

/** Of ping and pong, either may be the canary. */
type WeightedRole = 'canary' | 'stable' | 'ping' | 'pong';

/** The Services that the plugin weights. */
const weightedRoles = (graph: Graph, { services }: Rollout): readonly [WeightedRole, WeightedRole] =>
  services.ping && lookUp(GATEWAY_API_PLUGIN.weighsPingPong, graph.releases.gatewayApiPlugin)
    ? ['ping', 'pong']
    : ['canary', 'stable'];

/** The version of the Rollout that a backend belongs to. The plugin compares names only. */
export const roleOfBackend = (graph: Graph, rollout: Rollout, { name }: Backend): WeightedRole | undefined =>
  weightedRoles(graph, rollout).find((role) => rollout.services[role]?.to.name === name);

/** The versions of the Rollout that are backends of rules. */
export const rolesIn = (graph: Graph, rollout: Rollout, rules: readonly GatewayRule[]): ReadonlySet<WeightedRole> =>
  new Set(rules.flatMap(({ backends }) => backends.flatMap((backend) => roleOfBackend(graph, rollout, backend) ?? [])));

/** `rule 'api'`, or by its number, counted from 1, if it has no name. */
export const ruleLabel = ({ name, field }: GatewayRule): string =>
  name === undefined ? `rule ${Number(field.path[field.path.length - 1]) + 1}` : `rule '${name}'`;

/** Header steps add rules to these kinds of routes only. */
const hasHeaderRules = ({ kind }: PluginRoute): boolean => kind === 'HTTPRoute' || kind === 'GRPCRoute';

/** The name of the managed route whose rules the plugin takes a rule for: `testers`, and in newer releases `testers-1`. */
export function managedNameOf(graph: Graph, { rollout, use }: WeightedRoute, { name }: GatewayRule): Field | undefined {
  const names = lookUp(GATEWAY_API_PLUGIN.managedRuleNames, graph.releases.gatewayApiPlugin);
  if (name === undefined || names === 'any' || !hasHeaderRules(use)) return undefined;
  return rollout.canary
    .get('trafficRouting', 'managedRoutes')
    .items()
    .map((one) => one.get('name'))
    .find(({ string }) => {
      if (string === undefined || !name.startsWith(string)) return false;
      const rest = name.slice(string.length);
      return rest === '' || (names !== 'same' && /^-[+-]?\d+$/.test(rest));
    });
}

/** Whether the plugin takes a rule for one of a header step because the canary is its only backend. */
export function isTakenForHeaderRule(
  graph: Graph,
  { rollout, use }: WeightedRoute,
  { backends }: GatewayRule,
): boolean {
  const canaryAlone = lookUp(GATEWAY_API_PLUGIN.canaryAlone, graph.releases.gatewayApiPlugin);
  if (canaryAlone !== 'own' || !hasHeaderRules(use)) return false;
  return backends.length === 1 && roleOfBackend(graph, rollout, backends[0]) === 'canary';
}

/** Whether the plugin sets weights only in rules that have both Services. */
const weighsWholeRules = (graph: Graph, { use }: WeightedRoute): boolean =>
  hasHeaderRules(use) && lookUp(GATEWAY_API_PLUGIN.weighsWholeRules, graph.releases.gatewayApiPlugin);

/** The rules in which the plugin sets weights. Older releases leave out those that they take for their own. */
export function weightedRules(graph: Graph, weighted: WeightedRoute): readonly GatewayRule[] {
  const { rules } = weighted.route;
  if (weighsWholeRules(graph, weighted))
    return rules.filter((rule) => rolesIn(graph, weighted.rollout, [rule]).size > 1);
  return rules.filter(
    (rule) => managedNameOf(graph, weighted, rule) === undefined && !isTakenForHeaderRule(graph, weighted, rule),
  );
}

/** The plugin fails at the first weight if no rule that it weights has the Service of a version as its backend. */
export function checkBackends(graph: Graph, report: Report, part: Part): void {
  for (const weighted of part(weightedRoutes(graph))) {
    const { rollout, route } = weighted;
    const rules = weightedRules(graph, weighted);
    const backends = route.rules.flatMap((rule) => rule.backends);
    const names = [...new Set(backends.map(({ name }) => name))];
    const needsBoth = weighsWholeRules(graph, weighted);
    if (needsBoth && rules.length === 0 && rolesIn(graph, rollout, route.rules).size > 1) {
      const [first, second] = weightedRoles(graph, rollout).map((role) => rollout.services[role]!);
      report(
        route.resource.field('spec', 'rules'),
        `no rule of ${route.resource} has both Services '${first.to.name}' and '${second.to.name}' of ${rollout.resource}, so the Gateway API plugin sets no weights`,
        {
          on: 'key',
          hint: 'give one rule both Services',
          related: { field: first.from, message: 'one of the Services' },
        },
      );
      continue;
    }
    for (const role of weightedRoles(graph, rollout)) {
      const wanted = rollout.services[role];
      if (wanted === undefined) continue;
      const having = route.rules.filter((rule) => rule.backends.some(({ name }) => name === wanted.to.name));
      if (having.some((rule) => needsBoth || rules.includes(rule))) continue;
      const [left] = having;
      if (left !== undefined) {
        const managed = managedNameOf(graph, weighted, left);
        // With the stable backend, which is missing in the whole route, the rule would count.
        if (managed === undefined && !names.includes(rollout.services.stable?.to.name ?? '')) continue;
        report(
          left.field.get('backendRefs'),
          `the Gateway API plugin finds no backend for the ${role} Service '${wanted.to.name}' of ${rollout.resource} in ${route.resource}: it takes ${ruleLabel(left)} for a rule of a header step`,
          {
            on: 'key',
            hint: managed ? 'rename the rule' : 'give one rule both Services',
            related: managed
              ? { field: managed, message: 'the managed route' }
              : { field: wanted.from, message: `the ${role} Service` },
            because: managed && [managed],
          },
        );
        continue;
      }
      const others = backends.filter((one) => roleOfBackend(graph, rollout, one) === undefined);
      const meant = closest(
        wanted.to.name,
        others.map(({ name }) => name),
      );
      const found = names.map((name) => `'${name}'`).join(' and ');
      report(
        route.resource.field('spec', 'rules'),
        `${route.resource} has no backend for the ${role} Service '${wanted.to.name}' of ${rollout.resource}`,
        {
          on: 'key',
          hint: found === '' ? 'it has no backends' : `it has ${found}`,
          related: { field: wanted.from, message: `the ${role} Service` },
          // The typo may be on either side; the rule that reports it says which name is right.
          because: [wanted.from, ...others.filter(({ name }) => name === meant).map(({ field }) => field.get('name'))],
        },
      );
    }
  }
}

/** Weights of a rule with both versions that send requests to the canary before the first step. */
export function checkWeights(graph: Graph, report: Report): void {
  const reported = new Set<string>();
  for (const { rollout, route } of weightedRoutes(graph)) {
    for (const rule of route.rules) {
      const of = (role: string): Backend | undefined =>
        rule.backends.find((one) => roleOfBackend(graph, rollout, one) === role);
      const [stable, canary] = [of('stable'), of('canary')];
      const key = `${route.resource.origin.file} ${route.resource} ${rule.field}`;
      if (!stable || !canary || reported.has(key) || (canary.weight === 0 && stable.weight > 0)) continue;
      reported.add(key);
      const shown = ({ field, weight }: Backend): string => (field.get('weight').exists ? `${weight}` : '1 (default)');
      const whole =
        stable.field.get('weight').exists && canary.field.get('weight').exists && rule.backends.length === 2;
      const edits: FieldEdit[] = [
        { at: stable.field.get('weight'), set: 100 },
        { at: canary.field.get('weight'), set: 0 },
      ];
      const at = canary.weight === 0 ? stable : canary;
      report(
        at.field.get('weight').exists ? at.field.get('weight') : at.field,
        `${ruleLabel(rule)} of ${route.resource} gives stable the weight ${shown(stable)} and the canary ${shown(canary)}`,
        {
          hint: 'write 100 for stable and 0 for the canary',
          fix: whole ? { title: 'write 100 and 0', edits } : undefined,
        },
      );
    }
  }
}
