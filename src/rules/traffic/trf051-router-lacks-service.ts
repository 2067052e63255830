import {
  describeWanted,
  type Field,
  type Graph,
  type Reference,
  referenceFrom,
  type Rollout,
  rollouts,
} from '../../graph';
import { documents, exampleOf, exampleRollout } from '../shared/example';
import { reportMissing } from '../shared/missing-reference';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const manifests = (canary: string): string =>
  documents(
    exampleRollout(`
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting: { traefik: { weightedTraefikServiceName: checkout } }
steps: [{ setWeight: 20 }, { pause: {} }]
`),
    exampleOf(
      'traefik.io/v1alpha1',
      'TraefikService',
      'checkout',
      `weighted:\n  services: [{ name: checkout-stable, port: 80 }${canary}]`,
    ),
  );

export const routerLacksService: Rule = {
  code: 'TRF051',
  severity: 'error',
  title: 'The TraefikService or ApisixRoute of a Rollout lacks one of its Services',
  why: 'The controller sets the weights of entries that exist and adds none. Without an entry for the canary or the stable Service, or without the object or its rule, setting a weight is an error. The controller tries again for ever, and no update goes on. Nothing checks it when the Rollout is applied.',
  fix: 'List both Services: in `spec.weighted.services` of the TraefikService, or in the `backends` of the rule of the ApisixRoute that the Rollout names.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10, read in the source of the controller (`rollout/trafficrouting/traefik`, `rollout/trafficrouting/apisix`).',
  bad: manifests(''),
  good: manifests(', { name: checkout-canary, port: 80 }'),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const routing = rollout.canary.get('trafficRouting');
      if (routing.get('traefik').exists) checkTraefik(graph, rollout, routing.get('traefik'), report);
      if (routing.get('apisix').exists) checkApisix(graph, rollout, routing.get('apisix', 'route'), report);
    }
  },
};

function checkTraefik(graph: Graph, rollout: Rollout, traefik: Field, report: Report): void {
  const { namespace } = rollout.resource;
  const from = traefik.get('weightedTraefikServiceName');
  const reference = referenceFrom(graph, from, 'TraefikService', { namespace });
  if (!isThere(graph, rollout, reference, report)) return;
  const list = reference.target!.field('spec', 'weighted', 'services');
  checkServices(rollout, list, 'name', `${reference.target}`, report);
}

function checkApisix(graph: Graph, rollout: Rollout, named: Field, report: Report): void {
  const { resource } = rollout;
  const reference = referenceFrom(graph, named.get('name'), 'ApisixRoute', { namespace: resource.namespace });
  if (!isThere(graph, rollout, reference, report)) return;
  const target = reference.target!;
  const routes = target.field('spec', 'http');
  const names = routes.items().flatMap((route) => route.get('name').string ?? []);
  const rules = named.get('rules').items();
  // Without rules, the one with the name of the object is meant.
  for (const wanted of rules.length > 0 ? rules : [named.get('name')]) {
    const route = routes.items().find((one) => one.get('name').string === wanted.string);
    if (route !== undefined) {
      checkServices(rollout, route.get('backends'), 'serviceName', `the rule '${wanted.string}' of ${target}`, report);
    } else if (wanted.string !== undefined) {
      const meant = closest(wanted.string, names);
      report(wanted, `${target} has no rule '${wanted.string}', which ${resource} weights`, {
        didYouMean: meant === undefined ? undefined : { name: meant },
        hint: meant === undefined ? `it has ${names.map((name) => `'${name}'`).join(', ') || 'none'}` : undefined,
      });
    }
  }
}

function isThere(
  graph: Graph,
  { resource }: Rollout,
  reference: Reference | undefined,
  report: Report,
): reference is Reference {
  if (reference === undefined || reference.target) return reference !== undefined;
  reportMissing(
    graph,
    report,
    reference,
    `${resource} routes traffic through ${describeWanted(reference)}, which nothing here defines`,
  );
  return false;
}

function checkServices({ resource, canary }: Rollout, list: Field, key: string, where: string, report: Report): void {
  const there = list.items().flatMap((one) => one.get(key).string ?? []);
  for (const role of ['canary', 'stable']) {
    const from = canary.get(`${role}Service`);
    if (!from.string || there.includes(from.string)) continue;
    report(list, `${where} has no entry for the ${role} Service '${from.string}' of ${resource}`, {
      hint: there.length === 0 ? 'it has none' : `it has ${there.map((name) => `'${name}'`).join(', ')}`,
      related: { field: from, message: `the ${role} Service` },
      because: [from],
    });
  }
}
