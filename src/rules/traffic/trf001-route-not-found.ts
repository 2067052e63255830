import { rollouts } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

export const routeNotFound: Rule = {
  code: 'TRF001',
  severity: 'error',
  title: 'A Rollout names a route that its VirtualService does not have',
  why: 'The controller looks for each listed http route by its name. If one does not exist, it refuses the Rollout (InvalidSpec, Degraded), and no version is rolled out.',
  fix: 'Name an http route of the VirtualService by its `name`.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRouted(EXAMPLE_ROUTE, 'virtualService: { name: checkout, routes: [primry] }'),
  good: exampleRouted(EXAMPLE_ROUTE, 'virtualService: { name: checkout, routes: [primary] }'),
  peers: { argo: "HTTP Route 'x' is not found in the defined Virtual Service." },
  checkPart(graph, report, part) {
    for (const { resource, virtualServices } of part(rollouts(graph))) {
      for (const { missing, virtualService } of virtualServices) {
        if (!virtualService) continue;
        const named = virtualService.routes.flatMap(({ name, field }) => (name === undefined ? [] : [{ name, field }]));
        for (const field of missing) {
          const meant = closest(
            field.string!,
            named.map(({ name }) => name),
          );
          const to = named.find(({ name }) => name === meant);
          const names = named.map(({ name }) => `'${name}'`).join(', ');
          report(
            field,
            `${resource} weights the route '${field.string}', which ${virtualService.resource} does not have`,
            {
              didYouMean: to && { name: to.name, field: to.field.get('name') },
              hint: to ? undefined : names ? `it has ${names}` : 'it has no http route with a name',
              fix: to && { title: `name the route '${to.name}'`, edits: [{ at: field, set: to.name }] },
            },
          );
        }
      }
    }
  },
};
