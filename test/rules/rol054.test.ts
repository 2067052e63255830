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

describeRule(
  RULES.find(({ code }) => code === 'ROL054')!,
  [
    {
      name: 'a time beside manual approval',
      manifest: blueGreen('autoPromotionEnabled: false, autoPromotionSeconds: 120'),
      finds: [
        {
          severity: 'warning',
          message:
            'Rollout shop/cart is not promoted after 2 min but by manual approval only, because autoPromotionEnabled is false',
          hint: 'remove it, or remove autoPromotionEnabled',
        },
      ],
    },
    { name: 'a time', manifest: blueGreen('autoPromotionSeconds: 120') },
    { name: 'enabled in so many words', manifest: blueGreen('autoPromotionEnabled: true, autoPromotionSeconds: 120') },
    { name: 'no time', manifest: blueGreen('autoPromotionEnabled: false, autoPromotionSeconds: 0') },
    { name: 'manual approval', manifest: blueGreen('autoPromotionEnabled: false') },
    { name: 'a canary', manifest: rollout('canary: { steps: [{ pause: {} }] }') },
  ],
);
