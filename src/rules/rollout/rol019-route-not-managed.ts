import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { stepOf } from '../shared/routers';

const canary = (managed: string): string =>
  routedCanary(`steps:
  - setHeaderRoute:
      name: testers
      match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }]
`).replace('trafficRouting:', `trafficRouting:${managed}`);

export const routeNotManaged: Rule = {
  code: 'ROL019',
  severity: 'error',
  title: 'A step makes a route that is not among the managed routes',
  why: 'The order of `managedRoutes` is the order of precedence of the routes that steps make, so each must be in it. The controller refuses the Rollout: InvalidSpec, Degraded.',
  fix: "Add the route's name to `trafficRouting.managedRoutes`.",
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('\n  managedRoutes: [{ name: testers }]')),
  peers: { argo: 'Steps define a route that does not exist in spec.strategy.canary.trafficRouting.managedRoutes' },
  check(graph, report) {
    for (const { resource, canary: fields, steps } of rollouts(graph)) {
      const routing = fields.get('trafficRouting');
      if (!routing.exists) continue;
      const managed = routing.get('managedRoutes').items();
      const names = managed.flatMap((one) => one.get('name').string ?? []);
      for (const step of steps) {
        for (const kind of ['setHeaderRoute', 'setMirrorRoute']) {
          const name = step.field.get(kind, 'name');
          if (!step.field.get(kind).exists) continue;
          if ((name.value ?? '') === '') {
            report(name, `${stepOf(step, resource)} makes a route of no name`);
            continue;
          }
          if (name.string === undefined || names.includes(name.string)) continue;
          const meant = closest(name.string, names);
          const field = managed.find((one) => one.get('name').string === meant)?.get('name');
          report(
            name,
            `${stepOf(step, resource)} makes the route '${name.string}', which managedRoutes does not list`,
            {
              mistake: { in: routing.get('managedRoutes'), what: name.string },
              didYouMean: meant === undefined ? undefined : { name: meant, field },
              hint: names.length === 0 ? 'there are no managedRoutes' : undefined,
            },
          );
        }
      }
    }
  },
};
