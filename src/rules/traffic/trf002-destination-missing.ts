import { rollouts, type Field, type Rollout, type Route, type RoutedThrough } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { checkBackends } from './gateway-routes';
import { roleOf } from './roles';

export const destinationMissing: Rule = {
  code: 'TRF002',
  severity: 'error',
  title: 'A weighted route lacks the canary or the stable destination',
  why: 'The controller sets weights of existing destinations and adds none. If one is missing, it refuses the Rollout (InvalidSpec, Degraded), and no version is rolled out. The Gateway API plugin fails at the first weight instead. From 0.13 to 0.15, it looks for the Services only in rules that it does not take for those of header steps: a rule with the canary alone, or with the name of a managed route, does not count. From 0.17 on, one rule of an HTTPRoute or GRPCRoute must have both Services.',
  fix: 'Give the route both destinations: the stable one with weight 100, the canary with weight 0. The host is the Service that the Rollout names, short or in full; in subset mode, the subset counts. In an HTTPRoute, add both Services to the `backendRefs` of one rule.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy:
    "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation. Gateway API plugin 0.15.0: measured; 0.12 to 0.17: read in their sources.",
  bad: exampleRouted(EXAMPLE_ROUTE.replace('checkout-canary', 'checkout-canry')),
  good: exampleRouted(EXAMPLE_ROUTE),
  peers: { argo: "Canary Service 'x' not found in route", istioctl: 'IST0101, where the host does not exist at all' },
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      for (const through of rollout.virtualServices) {
        for (const route of through.routes) checkRoute(rollout, through, route, report);
      }
    }
    checkBackends(graph, report, part);
  },
};

/** Hosts are compared up to the first dot, as the controller does, whatever the namespace. */
function checkRoute(
  rollout: Rollout,
  through: RoutedThrough,
  { field, name, destinations }: Route,
  report: Report,
): void {
  // A delegate or redirect has no destinations; the controller reports both as missing.
  const label = name === undefined ? `route ${field.path[field.path.length - 1]}` : `route '${name}'`;
  for (const { what, from, wanted, subset } of expectations(rollout)) {
    const there = destinations.some((one) => (subset ? one.subset === wanted : firstLabel(one.host.text) === wanted));
    if (there) continue;
    const found = destinations.map((one) => `'${subset ? (one.subset ?? one.host.text) : one.host.text}'`);
    const instead = found.length > 0 ? `it has ${[...new Set(found)].join(' and ')}` : 'it has no destination';
    report(
      field.get('route'),
      `${label} of ${through.virtualService?.resource} has no destination for the ${what} '${wanted}' of ${rollout.resource}`,
      {
        about: [rollout.resource.field()],
        hint: instead,
        related: { field: from, message: `the ${what}` },
        // The typo may be on either side; the rule that reports it says what was meant.
        because: [
          from,
          ...destinations
            .filter((one) => roleOf(rollout, one) === undefined)
            .map((one) => one.field.get('destination', subset ? 'subset' : 'host')),
        ],
      },
    );
  }
}

interface Expectation {
  readonly what: string;
  readonly from: Field;
  readonly wanted: string;
  readonly subset: boolean;
}

/** With a DestinationRule the subsets decide, otherwise the Services. */
function expectations({ canary, istio }: Rollout): Expectation[] {
  const rule = istio.get('destinationRule');
  const fields: [string, Field][] = rule.exists
    ? [
        ['canary subset', rule.get('canarySubsetName')],
        ['stable subset', rule.get('stableSubsetName')],
      ]
    : [
        ['canary Service', canary.get('canaryService')],
        ['stable Service', canary.get('stableService')],
      ];
  return fields.flatMap(([what, from]) =>
    from.string ? [{ what, from, wanted: from.string, subset: rule.exists }] : [],
  );
}

const firstLabel = (host: string): string => host.split('.')[0];
