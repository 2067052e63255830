import { RULES } from '../../src/rules';
import { describeRule } from './describe-rule';

const rollout = (routing: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, namespace: shop }
spec:
  replicas: 5
  selector: { matchLabels: { app: cart } }
  template: { metadata: { labels: { app: cart } }, spec: { containers: [{ name: web, image: 'cart:1' }] } }
  strategy: { canary: { canaryService: cart-canary, stableService: cart-stable, trafficRouting: { ${routing} }, steps: [{ setWeight: 20 }, { pause: {} }] } }
---`;

const traefik = (...names: string[]): string => `
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: { name: cart, namespace: shop }
spec: { weighted: { services: [${names.map((name) => `{ name: ${name}, port: 80 }`).join(', ')}] } }
---`;

const apisix = (rule: string, ...names: string[]): string => `
apiVersion: apisix.apache.org/v2
kind: ApisixRoute
metadata: { name: cart, namespace: shop }
spec:
  http:
    - name: ${rule}
      match: { hosts: [cart.example.com], paths: ['/*'] }
      backends: [${names.map((name) => `{ serviceName: ${name}, servicePort: 80 }`).join(', ')}]
---`;

const TRAEFIK = rollout('traefik: { weightedTraefikServiceName: cart }');
const APISIX = rollout('apisix: { route: { name: cart, rules: [main] } }');

describeRule(
  RULES.find(({ code }) => code === 'TRF051')!,
  [
    {
      name: 'a TraefikService without the canary',
      manifest: TRAEFIK + traefik('cart-stable'),
      finds: [
        {
          severity: 'error',
          message: "TraefikService shop/cart has no entry for the canary Service 'cart-canary' of Rollout shop/cart",
          hint: "it has 'cart-stable'",
        },
      ],
    },
    {
      name: 'a TraefikService of another kind',
      manifest: TRAEFIK + traefik().replace(/weighted: .*/, 'mirroring: { name: cart-stable } }'),
      finds: [{ hint: 'it has none' }, { hint: 'it has none' }],
    },
    {
      name: 'no TraefikService',
      manifest: TRAEFIK,
      options: { closedWorld: true },
      finds: [
        { message: "Rollout shop/cart routes traffic through TraefikService 'cart', which nothing here defines" },
      ],
    },
    {
      name: 'no TraefikService, which may be elsewhere',
      manifest: TRAEFIK,
      finds: [{ severity: 'note' }],
    },
    {
      name: 'an ApisixRoute without the stable Service',
      manifest: APISIX + apisix('main', 'cart-canary', 'cart'),
      finds: [
        {
          message:
            "the rule 'main' of ApisixRoute shop/cart has no entry for the stable Service 'cart-stable' of Rollout shop/cart",
          hint: "it has 'cart-canary', 'cart'",
        },
      ],
    },
    {
      name: 'a rule that the ApisixRoute does not have',
      manifest: APISIX + apisix('mian', 'cart-canary', 'cart-stable'),
      finds: [
        {
          message: "ApisixRoute shop/cart has no rule 'main', which Rollout shop/cart weights",
          hint: "did you mean 'mian'?",
        },
      ],
    },
    { name: 'both Services', manifest: TRAEFIK + traefik('cart-canary', 'cart-stable', 'cart') },
    { name: 'both Services of a rule', manifest: APISIX + apisix('main', 'cart-canary', 'cart-stable') },
    {
      name: 'a rule with the name of the object, which is meant without rules',
      manifest: rollout('apisix: { route: { name: cart } }') + apisix('cart', 'cart-canary', 'cart-stable'),
    },
  ],
);
