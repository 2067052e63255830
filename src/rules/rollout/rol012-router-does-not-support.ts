import { type Field, rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { routersOf } from '../shared/routers';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';

const SUPPORT: { readonly [what: string]: readonly string[] } = {
  setHeaderRoute: ['istio', 'alb', 'apisix', 'plugins'],
  setMirrorRoute: ['istio', 'plugins'],
  maxTrafficWeight: ['nginx', 'plugins'],
  'an experiment with a weight': ['alb', 'smi', 'istio', 'plugins'],
};

const canary = (router: string): string => `
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting:
  managedRoutes: [{ name: testers }]
  ${router}
steps:
  - setCanaryScale: { replicas: 1 }
  - setHeaderRoute:
      name: testers
      match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }]
`;

export const routerDoesNotSupport: Rule = {
  code: 'ROL012',
  severity: 'error',
  title: 'The traffic router does not support what a step asks for',
  why: 'Not every router can match headers, mirror requests, weight an experiment or use another base than 100. The controller refuses such a Rollout (InvalidSpec, Degraded).',
  fix: 'Use a router that supports it, or remove it. Headers: Istio, ALB, Apisix, plugins. Mirrors: Istio, plugins. Weights of experiments: ALB, SMI, Istio, plugins. `maxTrafficWeight`: nginx, plugins.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout(canary('nginx: { stableIngress: checkout }')),
  good: exampleRollout(canary('istio: { virtualService: { name: checkout } }')),
  peers: { argo: 'SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix; SetMirrorRoute …' },
  checkPart(graph, report, part) {
    const release = graph.releases.argoRollouts;
    for (const rollout of part(rollouts(graph))) {
      const { resource, canary: fields, steps } = rollout;
      const routing = fields.get('trafficRouting');
      if (!routing.exists) continue;
      const routers = routersOf(rollout);
      const look = (what: string, field: Field): void => {
        if (!field.exists || routers.some((router) => SUPPORT[what].includes(router))) return;
        report(field, `${resource} uses ${what}, which ${routers.join(' and ') || 'no router'} does not support`, {
          on: 'key',
          hint: `${SUPPORT[what].join(', ')} do${SUPPORT[what].length === 1 ? 'es' : ''}`,
        });
      };
      look('maxTrafficWeight', routing.get('maxTrafficWeight'));
      for (const { field } of steps) {
        look('setHeaderRoute', field.get('setHeaderRoute'));
        look('setMirrorRoute', field.get('setMirrorRoute'));
        const mirror = field.get('setMirrorRoute');
        if (mirror.exists && routers.join() === 'plugins' && !lookUp(ARGO_ROLLOUTS.mirrorsByPlugin, release)) {
          report(mirror, `${resource} uses setMirrorRoute with a plugin, which Argo Rollouts ${release} refuses`, {
            on: 'key',
            hint: 'use Argo Rollouts 1.10 or newer',
          });
        }
        for (const template of field.get('experiment', 'templates').items()) {
          look('an experiment with a weight', template.get('weight'));
        }
      }
    }
  },
};
