import { RULES } from '../../src/rules';
import { describeRule } from './describe-rule';

const service = (name: string, more = ''): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ${more}selector: { app: cart }, ports: [{ port: 80, targetPort: 8080 }] }
---`;

const rollout = (canary: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, namespace: shop }
spec:
  replicas: 5
  selector: { matchLabels: { app: cart } }
  template: { metadata: { labels: { app: cart } }, spec: { containers: [{ name: web, image: 'cart:1' }] } }
  strategy: { canary: { ${canary}steps: [{ setWeight: 20 }, { pause: {} }] } }
---`;

const BOTH = 'canaryService: cart-canary, stableService: cart-stable, ';
const SERVICES = service('cart-stable') + service('cart-canary') + service('cart');

const ingress = (name: string, host = 'cart', kind = 'service'): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${host}, namespace: shop }
spec: { rules: [{ host: ${host}.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { ${kind}: { name: ${name}, port: { number: 80 } } } }] } }] }
---`;

const route = (apiVersion: string, kind: string, spec: string): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: cart, namespace: shop }
spec: { ${spec} }
---`;

const istio = (...destinations: string[]): string =>
  route(
    'networking.istio.io/v1',
    'VirtualService',
    `hosts: [cart.example.com], http: [{ route: [${destinations.join(', ')}] }]`,
  );
const to = (host: string, weight: number): string => `{ destination: { host: ${host} }, weight: ${weight} }`;
const gateway = (...backends: string[]): string =>
  route('gateway.networking.k8s.io/v1', 'HTTPRoute', `rules: [{ backendRefs: [${backends.join(', ')}] }]`);
const found = (resource: string) => ({
  message: `${resource} sends requests to 'cart-stable', and without a traffic router Rollout shop/cart leaves it fewer and fewer pods`,
});

describeRule(
  RULES.find(({ code }) => code === 'TRF050')!,
  [
    {
      name: 'an Ingress in front of the stable Service',
      manifest: rollout(BOTH) + SERVICES + ingress('cart-stable'),
      finds: [{ ...found('Ingress shop/cart'), severity: 'warning' }],
    },
    {
      name: 'no canary Service',
      manifest: rollout('stableService: cart-stable, ') + SERVICES + ingress('cart-stable'),
      finds: [found('Ingress shop/cart')],
    },
    {
      name: 'weights in a VirtualService, which nobody changes',
      manifest: rollout(BOTH) + SERVICES + istio(to('cart-stable', 100), to('cart-canary', 0)),
      finds: [found('VirtualService shop/cart')],
    },
    {
      name: 'a route of the Gateway API',
      manifest: rollout(BOTH) + SERVICES + gateway('{ name: cart-stable, port: 80 }'),
      finds: [found('HTTPRoute shop/cart')],
    },
    {
      name: 'a Route of OpenShift',
      manifest:
        rollout(BOTH) + SERVICES + route('route.openshift.io/v1', 'Route', 'to: { kind: Service, name: cart-stable }'),
      finds: [found('Route shop/cart')],
    },
    {
      name: 'a load balancer',
      manifest: rollout(BOTH) + service('cart-stable', 'type: LoadBalancer, ') + service('cart-canary'),
      finds: [
        {
          message:
            "clients outside the cluster reach 'cart-stable', and without a traffic router Rollout shop/cart leaves it fewer and fewer pods",
        },
      ],
    },
    {
      name: 'a host of its own for the canary',
      manifest: rollout(BOTH) + SERVICES + ingress('cart-stable') + ingress('cart-canary', 'preview'),
      finds: [found('Ingress shop/cart')],
    },
    { name: 'the Service of all pods', manifest: rollout(BOTH) + SERVICES + ingress('cart') },
    {
      name: 'another way in through the Service of all pods',
      manifest: rollout(BOTH) + SERVICES + ingress('cart') + ingress('cart-stable', 'admin'),
    },
    {
      name: 'weights that somebody sets',
      manifest:
        rollout(BOTH) + SERVICES + gateway('{ name: cart-stable, port: 80 }', '{ name: cart-canary, port: 80 }'),
    },
    {
      name: 'a traffic router',
      manifest:
        rollout(`${BOTH}trafficRouting: { nginx: { stableIngress: cart } }, `) + SERVICES + ingress('cart-stable'),
    },
    { name: 'no way in that is known', manifest: rollout(BOTH) + SERVICES },
    {
      name: 'blue-green',
      manifest:
        rollout('').replace(/canary: .*/, 'blueGreen: { activeService: cart-stable, previewService: cart-canary } }') +
        '---' +
        SERVICES +
        ingress('cart-stable'),
    },
  ],
);
