import { type Field, rollouts, type Route } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';

const more = `
steps:
  - setMirrorRoute: { name: mirror, percentage: 10, match: [{ path: { prefix: / } }] }
  - pause: { duration: 10m }
`;
const manifests = (second: string): string =>
  exampleRouted(
    `${EXAMPLE_ROUTE.trim()}\n- ${second}match: [{ uri: { prefix: /docs } }]\n  route: [{ destination: { host: docs } }]\n- match: [{ uri: { prefix: /img } }]\n  route: [{ destination: { host: images } }]`,
    'virtualService: { name: checkout, routes: [primary] }',
    more,
  ).replace('trafficRouting:', 'trafficRouting:\n        managedRoutes: [{ name: mirror }]');

export const routeNames: Rule = {
  code: 'TRF011',
  severity: 'error',
  title: 'Routes that the controller sorts have no name or the same name',
  why: 'With `managedRoutes` the controller rebuilds the list of http routes at every step and finds each route by its name. Two routes without a name, or with the same one, are found twice each: two become four, four become sixteen, until the VirtualService is too large. Of routes with the same name in `routes`, only the first is weighted.',
  fix: 'Give every http route of the VirtualService a unique name.',
  whenNotToUse: 'Never: names cost nothing.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: manifests(''),
  good: manifests('name: docs\n  '),
  checkPart(graph, report, part) {
    for (const { resource, canary, virtualServices } of part(rollouts(graph))) {
      const managed = canary.get('trafficRouting', 'managedRoutes').items().length > 0;
      for (const { virtualService, field } of virtualServices) {
        const groups = new Map<string | undefined, Route[]>();
        for (const route of virtualService?.routes ?? []) {
          if (route.protocol === 'http') groups.set(route.name, [...(groups.get(route.name) ?? []), route]);
        }
        const listed = field.get('routes').items();
        for (const [name, [first, second, ...others]] of groups) {
          const weighted = name !== undefined && listed.some(({ string }) => string === name);
          if (second === undefined || !(managed || weighted)) continue;
          const count = others.length + 2;
          const what =
            name === undefined ? `${count} http routes without a name` : `${count} http routes named '${name}'`;
          const effect = managed
            ? `which the managedRoutes of ${resource} multiply`
            : `of which ${resource} weights only the first`;
          const at: Field = name === undefined ? second.field : second.field.get('name');
          report(at, `${virtualService?.resource} has ${what}, ${effect}`, {
            severity: managed ? undefined : 'warning',
            related: { field: first.field, message: 'the first one' },
          });
        }
      }
    }
  },
};
