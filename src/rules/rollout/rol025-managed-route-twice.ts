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
  why: 'The controller builds the routes anew in the order of `managedRoutes`, and puts in the route once for each time that it is listed; with each update there are more.',
  fix: 'List each route once, the one that comes first in precedence first.',
  bad: exampleRollout(canary('testers')),
  good: exampleRollout(canary('mirror')),
  check(graph, report) {
    for (const { resource, canary: fields } of rollouts(graph)) {
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
