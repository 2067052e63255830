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
  title: 'The first step creates a route, so an abort causes an endless loop',
  why: 'An aborted Rollout is at its first step. At each reconciliation, the controller removes the managed routes because of the abort and then creates the route of the current step again. Each change of the VirtualService triggers the next reconciliation. Until there is a new version or a retry, the controller and the API server stay busy, every proxy gets new configuration, and Argo CD reports drift.',
  fix: 'Start with a step that creates no route, such as `setCanaryScale`. The canary needs pods before it can get requests anyway.',
  whenNotToUse: 'Never: start with `setCanaryScale` instead.',
  confirmedBy: 'Argo Rollouts 1.9.1: the conformance run compares the plan with the controller.',
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('\n  - setCanaryScale: { replicas: 1 }')),
  checkPart(graph, report, part) {
    for (const { resource, canary: fields, steps } of part(rollouts(graph))) {
      const [first] = steps;
      if (first === undefined || !fields.get('trafficRouting', 'istio').exists) continue;
      for (const kind of ['setHeaderRoute', 'setMirrorRoute'] as const) {
        // Without a match, the step removes the route, and the VirtualService does not change.
        if (first.field.get(kind, 'match').items().length === 0) continue;
        const name = first.field.get(kind, 'name').string ?? '';
        report(
          first.field.get(kind),
          `${stepOf(first, resource)} creates the route '${name}'; after an abort the controller removes and creates it in an endless loop`,
          { on: 'key', hint: 'begin with setCanaryScale' },
        );
      }
    }
  },
};
