import { RULES } from '../../src/rules';
import { describeRule } from './describe-rule';

const service = (name: string, spec: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
`;
const pods = 'selector: { app: checkout }, ports: [{ port: 80 }]';
/** A Rollout with both Services. */
const routed = (router: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  template: { metadata: { labels: { app: checkout } } }
  strategy: { canary: { canaryService: c, stableService: s, trafficRouting: { ${router} } } }
${service('s', pods)}${service('c', pods)}`;
const ingressRoute = (to: string, name = 'a'): string => `---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: ${name}, namespace: shop }
spec: { routes: [{ kind: Rule, match: PathPrefix(a), services: [${to}] }] }
`;
const httpRoute = (name: string): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: shop }
spec: { rules: [{ backendRefs: [{ name: s, port: 80, weight: 100 }, { name: c, port: 80, weight: 0 }] }] }
`;
const ingress = (name: string, to: string): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: shop }
spec: { rules: [{ host: ${name}.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${to}, port: { number: 80 } } } }] } }] }
`;

describeRule(
  RULES.find(({ code }) => code === 'TRF013')!,
  [
    {
      name: 'an IngressRoute past the TraefikService',
      manifest: routed('traefik: { weightedTraefikServiceName: t }') + ingressRoute('{ name: s, port: 80 }'),
      finds: [
        {
          severity: 'warning',
          message: "IngressRoute shop/a sends requests to 's' alone, and Rollout shop/checkout does not weight it",
          hint: "name the TraefikService 't'",
        },
      ],
    },
    {
      name: 'an IngressRoute beside one that uses the TraefikService',
      manifest:
        routed('traefik: { weightedTraefikServiceName: t }') +
        ingressRoute('{ name: s, port: 80 }') +
        ingressRoute('{ name: t, kind: TraefikService }', 'b'),
      finds: [{ severity: 'advice' }],
    },
    {
      name: 'an IngressRoute to the TraefikService',
      manifest:
        routed('traefik: { weightedTraefikServiceName: t }') + ingressRoute('{ name: t, kind: TraefikService }'),
    },
    {
      name: 'an Ingress that nginx is not told to weight',
      manifest: routed('nginx: { stableIngress: a }') + ingress('a', 's') + ingress('b', 's'),
      finds: [
        {
          severity: 'advice',
          message: "Ingress shop/b sends requests to 's' alone, and Rollout shop/checkout does not weight it",
        },
      ],
    },
    {
      name: 'all Ingresses',
      manifest: routed('nginx: { stableIngresses: [a, b] }') + ingress('a', 's') + ingress('b', 's'),
    },
    {
      name: 'an Ingress to another Service',
      manifest:
        routed('nginx: { stableIngress: a }') +
        ingress('a', 's') +
        ingress('b', 'all') +
        service('all', 'selector: { app: x }'),
    },
    {
      name: 'an Ingress beside a route of the Gateway API',
      manifest: routed('plugins: { argoproj-labs/gatewayAPI: { httpRoute: r } }') + httpRoute('r') + ingress('b', 's'),
      finds: [{ severity: 'advice' }],
    },
    {
      name: 'a route that nothing defines, for which another may be meant',
      manifest: routed('plugins: { argoproj-labs/gatewayAPI: { httpRoute: q } }') + httpRoute('r'),
    },
    {
      name: 'routes that are selected by labels',
      manifest:
        routed('plugins: { argoproj-labs/gatewayAPI: { httpRouteSelector: { matchLabels: { a: b } } } }') +
        ingress('b', 's'),
    },
    {
      name: 'a plugin that is not known',
      manifest: routed('plugins: { argoproj-labs/openshift: { routes: [b] } }') + ingress('b', 's'),
    },
    {
      name: 'an Ingress beside a mesh',
      manifest: routed('istio: { virtualService: { name: v } }') + ingress('b', 's'),
    },
  ],
);
