import { sameService } from '../../src/rules/rollout/rol001-same-service';
import { describeRule } from './describe-rule';

const rollout = (strategy: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  strategy:
    ${strategy}
`;

describeRule(sameService, [
  {
    name: 'a canary Service that is the stable one too',
    manifest: rollout('canary: { canaryService: checkout, stableService: checkout }'),
    finds: [
      {
        line: 6,
        column: 55,
        message: "Rollout shop/checkout uses the Service 'checkout' for both stable and canary",
        path: 'spec.strategy.canary.stableService',
        related: { message: 'the canary Service', file: 'app.yaml', line: 6, column: 30 },
      },
    ],
  },
  {
    name: 'ping and pong through one Service',
    manifest: rollout('canary: { pingPong: { pingService: both, pongService: both } }'),
    finds: [{ path: 'spec.strategy.canary.pingPong.pingService' }],
  },
  {
    name: 'active and preview through one Service',
    manifest: rollout('blueGreen: { activeService: both, previewService: both }'),
    finds: [{ path: 'spec.strategy.blueGreen.activeService' }],
  },
  { name: 'two Services', manifest: rollout('canary: { canaryService: a, stableService: b }') },
  { name: 'neither is named', manifest: rollout("canary: { canaryService: '', stableService: '' }") },
  { name: 'a strategy of the wrong shape', manifest: rollout('canary: [1, 2]') },
]);
