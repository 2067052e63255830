import { type Field, rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const canary = (second: string): string =>
  routedCanary().replace(
    'trafficRouting:',
    `trafficRouting:\n  managedRoutes: [{ name: testers }, { name: ${second} }]`,
  );

export const managedRouteTwice: Rule = {
  code: 'ROL025',
  severity: 'warning',
  title: 'A managed route is listed twice',
  why: 'The controller rebuilds the routes in the order of `managedRoutes` and inserts a route once per entry. With each update the VirtualService holds more copies.',
  fix: 'List each route once, in order of precedence.',
  whenNotToUse: 'Never: a second entry has no use.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleRollout(canary('testers')),
  good: exampleRollout(canary('mirror')),
  checkPart(graph, report, part) {
    for (const { resource, canary: fields } of part(rollouts(graph))) {
      const seen = new Map<string, Field>();
      for (const one of fields.get('trafficRouting', 'managedRoutes').items()) {
        const name = one.get('name');
        if (name.string === undefined) continue;
        const first = seen.get(name.string);
        if (first === undefined) seen.set(name.string, name);
        else {
          report(name, `the managedRoutes of ${resource} list '${name.string}' twice`, {
            related: { field: first, message: 'the first time' },
          });
        }
      }
    }
  },
};
