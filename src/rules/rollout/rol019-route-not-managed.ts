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
  title: 'A step creates a route that managedRoutes does not list',
  why: 'The order of `managedRoutes` is the order of precedence of the routes that steps create, so each must be listed. Otherwise the controller refuses the Rollout (InvalidSpec, Degraded).',
  fix: "Add the route's name to `trafficRouting.managedRoutes`.",
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('\n  managedRoutes: [{ name: testers }]')),
  peers: { argo: 'Steps define a route that does not exist in spec.strategy.canary.trafficRouting.managedRoutes' },
  checkPart(graph, report, part) {
    for (const { resource, canary: fields, steps } of part(rollouts(graph))) {
      const routing = fields.get('trafficRouting');
      if (!routing.exists) continue;
      const managed = routing.get('managedRoutes').items();
      const names = managed.flatMap((one) => one.get('name').string ?? []);
      for (const step of steps) {
        for (const kind of ['setHeaderRoute', 'setMirrorRoute']) {
          const name = step.field.get(kind, 'name');
          if (!step.field.get(kind).exists) continue;
          if ((name.value ?? '') === '') {
            report(name, `${stepOf(step, resource)} creates a route without a name`);
            continue;
          }
          if (name.string === undefined || names.includes(name.string)) continue;
          const meant = closest(name.string, names);
          const field = managed.find((one) => one.get('name').string === meant)?.get('name');
          report(
            name,
            `${stepOf(step, resource)} creates the route '${name.string}', which managedRoutes does not list`,
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
