import {
  type Backend,
  type GatewayPlugin,
  type GatewayRoute,
  type GatewayRule,
  type Graph,
  type PluginRoute,
  type Rollout,
  rollouts,
} from '../../graph';
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

/** The version of the Rollout that a backend belongs to. The plugin compares names only. */
export function roleOfBackend({ services }: Rollout, { name }: Backend): 'canary' | 'stable' | undefined {
  if (name === services.canary?.to.name) return 'canary';
  return name === services.stable?.to.name ? 'stable' : undefined;
}

/** `rule 'api'`, or by its number, counted from 1, if it has no name. */
export const ruleLabel = ({ name, field }: GatewayRule): string =>
  name === undefined ? `rule ${Number(field.path[field.path.length - 1]) + 1}` : `rule '${name}'`;

/** The plugin fails at the first weight if no rule of a route has the Service of a version as its backend. */
export function checkBackends(graph: Graph, report: Report, part: Part): void {
  for (const { rollout, route } of part(weightedRoutes(graph))) {
    const backends = route.rules.flatMap((rule) => rule.backends);
    const names = [...new Set(backends.map(({ name }) => name))];
    for (const role of ['canary', 'stable'] as const) {
      const wanted = rollout.services[role];
      if (wanted === undefined || names.includes(wanted.to.name)) continue;
      const others = backends.filter((one) => roleOfBackend(rollout, one) === undefined);
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
        rule.backends.find((one) => roleOfBackend(rollout, one) === role);
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
