import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { routersOf } from '../shared/routers';
import { ARGO_ROLLOUTS, GATEWAY_API_PLUGIN, lookUp } from '../../versions';

const SUPPORTING = ['alb', 'istio', 'plugins'];

const canary = (pong: string): string => `
pingPong: { pingService: checkout-ping, pongService: ${pong} }
trafficRouting:
  istio:
    virtualService: { name: checkout }
`;

export const pingPong: Rule = {
  code: 'ROL009',
  severity: 'error',
  title: 'Ping-pong is incomplete, or the traffic router does not support it',
  why: 'With ping-pong, two Services take turns as the stable one. Both must be named, and the traffic router must support it. Otherwise the controller refuses the Rollout (InvalidSpec, Degraded). The Gateway API plugin up to 0.15 reads `canaryService` and `stableService` only: the controller accepts the Rollout, and every weight fails.',
  fix: 'Name both `pingService` and `pongService`. Use ping-pong only with Istio, ALB or (from Argo Rollouts 1.10) a plugin that supports it, as that for the Gateway API does from 0.17 on; before, it needs `canaryService` and `stableService` instead. With ALB, name a `rootService` too.',
  whenNotToUse: 'Never: the controller refuses such a Rollout, or cannot set its weights.',
  confirmedBy:
    'Argo Rollouts 1.9.1: the conformance run asks the controller. Plugins: accepted by 1.10.2, refused by 1.9.1 (measured). Gateway API plugin 0.8 to 0.17: read in its source.',
  bad: exampleRollout(canary("''")),
  good: exampleRollout(canary('checkout-pong')),
  peers: { argo: 'Ping service and Pong service must to be set to use Ping-Pong feature' },
  checkPart(graph, report, part) {
    const { argoRollouts: release, gatewayApiPlugin } = graph.releases;
    const weighsPingPong = lookUp(GATEWAY_API_PLUGIN.weighsPingPong, gatewayApiPlugin);
    for (const rollout of part(rollouts(graph))) {
      const { resource, canary: fields } = rollout;
      const field = fields.get('pingPong');
      if (!field.exists) continue;
      for (const name of ['pingService', 'pongService']) {
        if (field.get(name).exists && field.get(name).value !== '') continue;
        report(field.get(name), `${resource} uses ping-pong without ${name}`);
      }
      const routers = routersOf(rollout);
      if (fields.get('trafficRouting').exists && !routers.some((router) => SUPPORTING.includes(router))) {
        report(field, `${resource} uses ping-pong, which ${routers.join(' and ') || 'no router'} does not support`, {
          on: 'key',
          hint: 'Istio, ALB and some plugins do',
        });
      }
      const instead = 'remove pingPong, and name canaryService and stableService';
      if (routers.join() === 'plugins' && !lookUp(ARGO_ROLLOUTS.pingPongByPlugin, release)) {
        report(field, `${resource} uses ping-pong with a plugin, which Argo Rollouts ${release} refuses`, {
          on: 'key',
          hint: rollout.gatewayApi && !weighsPingPong ? instead : 'use Argo Rollouts 1.10 or newer',
        });
      } else if (rollout.gatewayApi && !weighsPingPong) {
        const missing = ['canaryService', 'stableService'].filter((name) => !fields.get(name).string);
        const what = `${resource} uses ping-pong, which the Gateway API plugin ${gatewayApiPlugin} does not support`;
        // With both, the plugin weights these Services, and those of ping-pong get no requests.
        if (missing.length > 0) {
          report(field, `${what}: without ${missing.join(' and ')}, every weight fails`, { on: 'key', hint: instead });
        } else {
          report(field, `${what}: it weights canaryService and stableService`, {
            on: 'key',
            severity: 'warning',
            hint: 'remove pingPong',
          });
        }
      }
      const alb = fields.get('trafficRouting', 'alb');
      if (alb.exists && !alb.get('rootService').string) {
        report(alb, `${resource} uses ping-pong with ALB but has no rootService`, { on: 'key' });
      }
    }
  },
};
