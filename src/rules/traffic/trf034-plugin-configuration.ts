import { type Field, type GatewayPlugin, type Graph, rollouts, ROUTE_FIELDS, type Rollout } from '../../graph';
import { GATEWAY_API_PLUGIN, lookUp } from '../../versions';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { BOTH_BACKENDS, exampleGatewayRoute, PLUGIN_CONFIG } from './gateway-example';

/** The fields of the plugin's configuration in release 0.15. */
const KNOWN: readonly string[] = [
  ...Object.values(ROUTE_FIELDS).flatMap(({ one, several, selector }) => [one, several, selector]),
  ...['namespace', 'configMap', 'disableInProgressLabel', 'inProgressLabelKey', 'inProgressLabelValue'],
];
const OF_A_ROUTE = ['name', 'useHeaderRoutes'];

const rule = `- backendRefs: [${BOTH_BACKENDS}]`;

export const pluginConfiguration: Rule = {
  code: 'TRF034',
  severity: 'error',
  title: 'The configuration of the Gateway API plugin is incomplete or misspelt',
  why: 'Nobody checks this configuration when it is applied: the schema of a Rollout allows any content for a plugin. The plugin ignores fields that it does not know. Without a route it has nothing to weight, and up to 0.10 it finds no route without `namespace`. The rollout then stops at its first weight. From 0.11 on, the namespace of the Rollout is the default.',
  fix: 'Write the name of the route in `httpRoute` or `httpRoutes` (`grpcRoute`, `tcpRoute` and `tlsRoute` likewise). For a plugin up to 0.10, write `namespace` too.',
  whenNotToUse: 'When your release of the plugin is newer than 0.15 and has a field that this rule does not know.',
  confirmedBy: 'Gateway API plugin 0.15.0, measured. The default of `namespace`: 0.8 to 0.15, read in their sources.',
  bad: exampleGatewayRoute(PLUGIN_CONFIG.replace('useHeaderRoutes', 'useHeaderRoute'), rule),
  good: exampleGatewayRoute(PLUGIN_CONFIG, rule),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      if (rollout.gatewayApi) checkConfiguration(graph, rollout, rollout.gatewayApi, report);
    }
  },
};

function checkConfiguration(graph: Graph, { resource, canary }: Rollout, plugin: GatewayPlugin, report: Report): void {
  const { config, routes, selectors } = plugin;
  const entries = config.entries();
  const has = (name: string): boolean =>
    entries.some(([key, field]) => key.toLowerCase() === name.toLowerCase() && field.exists && field.value !== '');
  let misspelt = false;
  for (const [key, field] of entries) misspelt = isUnknown(key, field, KNOWN, resource.toString(), report) || misspelt;
  for (const { several } of Object.values(ROUTE_FIELDS)) {
    for (const item of config.get(several).items()) {
      for (const [key, field] of item.entries()) isUnknown(key, field, OF_A_ROUTE, resource.toString(), report);
      if (!item.get('name').string) report(item, `an entry of ${several} in ${resource} has no name`);
    }
  }
  if (!has('namespace') && !lookUp(GATEWAY_API_PLUGIN.defaultNamespace, graph.releases.gatewayApiPlugin)) {
    report(config, `the Gateway API plugin of ${resource} has no namespace, so it never finds its routes`, {
      on: 'key',
      hint: resource.namespace ? `add namespace: ${resource.namespace}` : 'add the namespace of the routes',
    });
  }
  if (routes.length === 0 && selectors.length === 0 && !misspelt) {
    report(config, `the Gateway API plugin of ${resource} names no route`, { on: 'key', hint: 'add httpRoute' });
  }
  const base = canary.get('trafficRouting', 'maxTrafficWeight');
  const countsToMaximum = lookUp(GATEWAY_API_PLUGIN.countsToMaximum, graph.releases.gatewayApiPlugin);
  if (!countsToMaximum && base.number !== undefined && base.number !== 100) {
    report(
      base,
      `${resource} counts weights up to ${base.number}, but the Gateway API plugin ${graph.releases.gatewayApiPlugin} counts up to 100: setWeight ${base.number} gives the stable backend the weight ${100 - base.number}`,
      { hint: 'remove maxTrafficWeight and write weights from 0 to 100, or use a plugin from 0.17 on' },
    );
  }
}

/** Go's decoder ignores the case of keys, so another case is the same field. */
function isUnknown(key: string, field: Field, known: readonly string[], owner: string, report: Report): boolean {
  if (known.some((one) => one.toLowerCase() === key.toLowerCase())) return false;
  // A similar field must have the same type: a list or a text.
  const isList = Array.isArray(field.value);
  const meant = closest(
    key,
    known.filter((one) => one.endsWith('Routes') === isList || known === OF_A_ROUTE),
  );
  report(field, `the Gateway API plugin of ${owner} has the field '${key}', which the plugin (0.15) ignores`, {
    on: 'key',
    severity: meant === undefined ? 'warning' : undefined,
    didYouMean: meant === undefined ? undefined : { name: meant },
    hint: meant === undefined ? `it knows ${known.join(', ')}` : undefined,
  });
  return meant !== undefined;
}
