import { type Field, type Rollout, rollouts, type Step } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import { stepOf } from '../shared/routers';
import type { Report, Rule } from '../shared/rule';

const canary = (after: string): string =>
  routedCanary(`steps:
  - setCanaryScale: { replicas: 1 }
  - setHeaderRoute:
      name: testers
      match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }]
  - pause: {}
${after}  - pause: {}
  - setWeight: 20
  - pause: {}
`).replace('trafficRouting:', 'trafficRouting:\n  managedRoutes: [{ name: testers }]');

export const routeWithoutPods: Rule = {
  code: 'ROL048',
  severity: 'warning',
  title: 'A managed route is removed because the canary has no pods',
  why: 'Whenever no canary pod is available, the controller removes all managed routes. It adds a route back only in the step that creates it. If a header or mirror step comes before the canary has pods, or a later step scales the canary to zero, the requests that the route should match reach the stable version for the rest of the rollout. `setCanaryScale: { matchTrafficWeight: true }` at weight 0 is such a step.',
  fix: 'Keep at least one canary pod while the route exists: put `setCanaryScale: { replicas: 1 }` before it, and raise the weight before `matchTrafficWeight`.',
  whenNotToUse: 'When the route is meant to end at that step.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source; the conformance run compares plans with the controller.',
  bad: exampleRollout(canary('  - setCanaryScale: { matchTrafficWeight: true }\n')),
  good: exampleRollout(canary('  - setCanaryScale: { replicas: 2 }\n')),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      if (rollout.canary.get('trafficRouting').exists) checkSteps(rollout, report);
    }
  },
};

function checkSteps({ resource, steps, istio, canary }: Rollout, report: Report): void {
  let weight = 0;
  /** The scale of the last `setCanaryScale`. Undefined if the pods follow the weight. */
  let scale: Field | undefined;
  const made = new Map<string, Step>();
  const least = canary.get('minPodsPerReplicaSet').number ?? 0;
  for (const step of steps) {
    weight = step.field.get('setWeight').number ?? weight;
    const scaling = step.field.get('setCanaryScale');
    if (scaling.exists) scale = scaling.get('matchTrafficWeight').boolean === true ? undefined : scaling;
    const pods = scale
      ? (scale.get('replicas').number ?? scale.get('weight').number ?? 0)
      : Math.max(weight, weight && least);
    if (pods === 0 && made.size > 0) {
      const names = [...made.keys()].map((name) => `'${name}'`).join(' and ');
      const [maker] = made.values();
      report(
        scaling.exists ? scaling : step.field.get('setWeight'),
        `${stepOf(step, resource)} leaves the canary without pods, so the controller removes the route ${names} of step ${maker.index + 1}`,
        { on: 'key', related: { field: maker.field, message: 'the step that creates it' } },
      );
      made.clear();
    }
    for (const kind of ['setHeaderRoute', 'setMirrorRoute'] as const) {
      const route = step.field.get(kind);
      const name = route.get('name').string;
      if (name === undefined) continue;
      if (route.get('match').items().length === 0) made.delete(name);
      else if (pods > 0) made.set(name, step);
      // Another rule reports a first step that creates a route with Istio.
      else if (step.index > 0 || !istio.exists) {
        report(
          route,
          `${stepOf(step, resource)} creates the route '${name}' while the canary has no pods, so the controller removes it again`,
          { on: 'key', hint: 'put setCanaryScale: { replicas: 1 } before it' },
        );
      }
    }
  }
}
