import { RULES } from '../../src/rules';
import { describeRule } from './describe-rule';

const rollout = (
  routing: string,
  steps = '{ setWeight: 50 }, { pause: { duration: 5m } }, { setWeight: 100 }, { pause: {} }',
): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, namespace: shop }
spec:
  replicas: 5
  selector: { matchLabels: { app: cart } }
  template: { metadata: { labels: { app: cart } }, spec: { containers: [{ name: web, image: 'cart:1' }] } }
  strategy:
    canary: { canaryService: cart-canary, stableService: cart-stable, dynamicStableScale: true, trafficRouting: { ${routing} }, steps: [${steps}] }
---`;

const NGINX = 'nginx: { stableIngress: cart }';
const ingress = (annotations = ''): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: cart, namespace: shop, annotations: { ${annotations} } }
spec:
  ingressClassName: nginx
  rules: [{ host: cart.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: cart-stable, port: { number: 80 } } } }] } }]
`;

const advice = {
  severity: 'advice' as const,
  message: 'step 3 of Rollout shop/cart leaves no stable pods, by dynamicStableScale, and more steps follow',
};

describeRule(
  RULES.find(({ code }) => code === 'SCL010')!,
  [
    {
      name: 'nginx, which needs endpoints of the stable Service',
      manifest: rollout(NGINX) + ingress(),
      finds: [
        {
          severity: 'warning',
          message:
            'step 3 of Rollout shop/cart leaves no stable pods, by dynamicStableScale, and nginx answers all requests with 503 until the promotion',
        },
      ],
    },
    {
      name: 'nginx with another Service for that case',
      manifest: rollout(NGINX) + ingress('nginx.ingress.kubernetes.io/default-backend: cart'),
      finds: [advice],
    },
    { name: 'an Ingress that nobody sees', manifest: rollout(NGINX), finds: [advice] },
    {
      name: 'another router',
      manifest: rollout('istio: { virtualService: { name: cart } }'),
      finds: [advice],
    },
    {
      name: 'nothing after the last weight',
      manifest: rollout(NGINX, '{ setWeight: 50 }, { pause: {} }, { setWeight: 100 }') + ingress(),
    },
  ],
);
