import { RULES } from '../../src/rules';
import { describeRule } from './describe-rule';

const rollout = (strategy: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  template: { metadata: { labels: { app: cart } }, spec: { containers: [{ name: web, image: 'cart:1' }] } }
  strategy: { ${strategy} }
`;

const blueGreen = (more: string): string => rollout(`blueGreen: { activeService: cart, ${more} }`);
const canary = (more: string): string =>
  rollout(
    `canary: { canaryService: cart-canary, stableService: cart, trafficRouting: { nginx: { stableIngress: cart } }, ${more} }`,
  );

describeRule(
  RULES.find(({ code }) => code === 'ROL055')!,
  [
    {
      name: 'a blue-green Rollout',
      manifest: blueGreen('scaleDownDelaySeconds: 0'),
      finds: [
        {
          severity: 'warning',
          message: 'Rollout shop/cart keeps the pods of every earlier version: scaleDownDelaySeconds is 0',
          hint: 'write 1 to stop them at once, or the seconds to keep them',
        },
      ],
    },
    {
      name: 'a blue-green Rollout with a limit',
      manifest: blueGreen('scaleDownDelaySeconds: 0, scaleDownDelayRevisionLimit: 2'),
      finds: [{ message: 'Rollout shop/cart keeps the pods of up to 2 earlier versions: scaleDownDelaySeconds is 0' }],
    },
    {
      name: 'a canary',
      manifest: canary('scaleDownDelaySeconds: 0'),
      finds: [
        {
          message:
            'Rollout shop/cart keeps the pods of the version before until the next update: scaleDownDelaySeconds is 0',
        },
      ],
    },
    {
      name: 'a limit of no versions, which stops them at once',
      manifest: blueGreen('scaleDownDelaySeconds: 0, scaleDownDelayRevisionLimit: 0'),
    },
    {
      name: 'a canary with a limit of no versions',
      manifest: canary('scaleDownDelaySeconds: 0, scaleDownDelayRevisionLimit: 0'),
    },
    { name: 'a second', manifest: blueGreen('scaleDownDelaySeconds: 1') },
    { name: 'the default', manifest: blueGreen('') },
    { name: 'a canary with the default', manifest: canary('') },
    {
      name: 'a delay that the controller refuses',
      manifest: canary('scaleDownDelaySeconds: 0, dynamicStableScale: true'),
    },
    {
      name: 'a delay without a traffic router, which the controller refuses too',
      manifest: rollout('canary: { scaleDownDelaySeconds: 0 }'),
    },
  ],
);
