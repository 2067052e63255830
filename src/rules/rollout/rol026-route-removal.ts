import { type Field, rollouts, type Step } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { stepOf } from '../shared/routers';

const canary = (removed: string): string =>
  routedCanary(`steps:
  - setMirrorRoute:
      name: mirror
      percentage: 50
      match: [{ path: { prefix: / } }]
  - pause: { duration: 10m }
  - setMirrorRoute: { name: ${removed} }
  - setWeight: 50
  - pause: {}
`).replace('trafficRouting:', 'trafficRouting:\n  managedRoutes: [{ name: mirror }, { name: mirrors }]');

export const routeRemoval: Rule = {
  code: 'ROL026',
  severity: 'warning',
  title: 'A step removes a route that does not exist, or a mirror stays while weights change',
  why: 'A header or mirror step without `match` removes the route of its name. If no earlier step created that route, the step has no effect, and the route that was meant stays. A mirror route comes before the weighted route: as long as it exists, the requests that it matches use its own destinations and are sent to the canary a second time.',
  fix: 'Remove each route by its own name, with a step without `match`, before the weights that should apply to all requests.',
  whenNotToUse: 'When mirrored requests should keep their own destinations while the weight rises.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleRollout(canary('mirrors')),
  good: exampleRollout(canary('mirror')),
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      /** Removals of a route under a wrong name. */
      const slips = new Map<string, Field[]>();
      const made = new Map<string, { readonly step: Step; readonly mirror: boolean; told?: boolean }>();
      for (const step of steps) {
        for (const kind of ['setHeaderRoute', 'setMirrorRoute']) {
          const name = step.field.get(kind, 'name');
          if (name.string === undefined) continue;
          const makes = step.field.get(kind, 'match').items().length > 0;
          if (makes) made.set(name.string, { step, mirror: kind === 'setMirrorRoute' });
          else if (!made.delete(name.string)) {
            const meant = closest(name.string, made.keys());
            const field = meant === undefined ? undefined : made.get(meant)?.step.field.get(kind, 'name');
            if (meant !== undefined) slips.set(meant, [name]);
            report(
              name,
              `${stepOf(step, resource)} removes the route '${name.string}', which no earlier step creates`,
              {
                // Another rule reports invalid names.
                because: field ? [name, field] : [name],
                didYouMean: meant === undefined ? undefined : { name: meant, field },
              },
            );
          }
        }
        const weight = step.field.get('setWeight');
        if ((weight.number ?? 0) === 0) continue;
        for (const [name, route] of made) {
          const { step: maker, mirror, told } = route;
          if (!mirror || told) continue;
          route.told = true;
          report(
            weight,
            `${stepOf(step, resource)} sets a weight while the mirror route '${name}' of step ${maker.index + 1} still exists`,
            {
              related: { field: maker.field.get('setMirrorRoute', 'name'), message: 'the mirror route' },
              because: slips.get(name),
              hint: `remove it before with setMirrorRoute: { name: ${name} }`,
            },
          );
        }
      }
    }
  },
};
