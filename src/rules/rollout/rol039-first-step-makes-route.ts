import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (before: string): string =>
  routedCanary(`steps:${before}
  - setHeaderRoute:
      name: testers
      match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }]
  - pause: {}
`).replace('trafficRouting:', 'trafficRouting:\n  managedRoutes: [{ name: testers }]');

export const firstStepMakesRoute: Rule = {
  code: 'ROL039',
  severity: 'warning',
  title: 'The first step makes a route, which is made and removed without end after an abort',
  why: 'An aborted Rollout stands at its first step. At each look the controller removes the managed routes, as it is aborted, and then makes the one of the step at which it stands. Each changes the VirtualService, which makes it look again: until there is a new version or a retry, the controller and the API server are kept busy, every proxy gets new configuration, and Argo CD sees drift.',
  fix: 'Begin with a step that makes no route, such as `setCanaryScale`: there must be pods of the canary before requests are sent to it anyhow.',
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('\n  - setCanaryScale: { replicas: 1 }')),
  check(graph, report) {
    for (const { resource, canary: fields, steps } of rollouts(graph)) {
      const [first] = steps;
      if (first === undefined || !fields.get('trafficRouting', 'istio').exists) continue;
      for (const kind of ['setHeaderRoute', 'setMirrorRoute'] as const) {
        // Without a match the step removes the route, and what is not there is not written.
        if (first.field.get(kind, 'match').items().length === 0) continue;
        const name = first.field.get(kind, 'name').string ?? '';
        report(
          first.field.get(kind),
          `${stepOf(first, resource)} makes the route '${name}', and after an abort the controller removes and makes it without end`,
          { on: 'key', hint: 'begin with setCanaryScale', because: [first.field.get(kind)] },
        );
      }
    }
  },
};
