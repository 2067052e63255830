import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';

const rollout = (query: string, canary = ''): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  selector: { matchLabels: { app: a } }
  template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: 'a:1' }] } }
  strategy: { canary: { canaryService: checkout-canary, stableService: checkout-stable, ${canary}steps: [{ setWeight: 20 }, { analysis: { templates: [{ templateName: errors }] } }] } }
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors, namespace: shop }
spec: { metrics: [{ name: errors, successCondition: 'len(result) > 0 && result[0] < 5', provider: { prometheus: { address: 'http://p:9090', query: '${query}' } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: checkout-canary, namespace: shop }
spec: { selector: { app: a }, ports: [{ port: 80 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: checkout, namespace: shop }
spec: { rules: [{ backendRefs: [{ name: checkout-canary, port: 80 }] }] }
`;
const closedWorld = { closedWorld: true };

const asks = (name: string, query: string, message: string): RuleCase => ({
  name,
  manifest: rollout(query),
  options: closedWorld,
  finds: [{ message: `the query of metric 'errors' asks about ${message}, which is not defined here` }],
});
const fine = (name: string, query: string): RuleCase => ({ name, manifest: rollout(query), options: closedWorld });

const virtualService = (name: string, http: string): string => `
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec: { hosts: [shop.example.com], gateways: [public], http: [${http}] }
`;
const own = (match: string): string =>
  `{ name: primary, ${match}route: [{ destination: { host: checkout-stable }, weight: 100 }, { destination: { host: checkout-canary }, weight: 0 }] }`;
const header = (...services: string[]): string =>
  rollout(
    'sum(up)',
    'trafficRouting: { managedRoutes: [{ name: testers }], istio: { virtualService: { name: checkout, routes: [primary] } } }, ',
  ).replace(
    'steps: [',
    "steps: [{ setCanaryScale: { replicas: 1 } }, { setHeaderRoute: { name: testers, match: [{ headerName: x-tester, headerValue: { exact: 'on it' } }] } }, ",
  ) + services.join('');

const CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  PRM023: [
    asks('pods of a workload that is misspelt', 'sum(rate(x_total{pod=~"chekout-.*"}[5m]))', "the pods of 'chekout'"),
    asks(
      "a cluster of Istio's proxy",
      'sum(rate(envoy_cluster_upstream_rq{cluster_name="outbound|80||checkout-canry.shop.svc.cluster.local"}[5m]))',
      "the Service 'checkout-canry' of the namespace 'shop'",
    ),
    asks(
      'a route of Envoy Gateway',
      'sum(rate(envoy_cluster_upstream_rq{envoy_cluster_name="httproute/shop/chekout/rule/0"}[5m]))',
      "the HTTPRoute 'chekout' of the namespace 'shop'",
    ),
    asks(
      'a service of Traefik',
      'sum(rate(traefik_service_requests_total{service="shop-checkout-canry-80@kubernetes"}[5m]))',
      "the Service 'checkout-canry' of the namespace 'shop'",
    ),
    fine('pods of the Rollout, by the beginning of their names', 'sum(rate(x_total{pod=~"check.*"}[5m]))'),
    fine('pods of one version', 'sum(rate(x_total{pod=~"checkout-6c9f8-.+"}[5m]))'),
    fine('pods by another pattern', 'sum(rate(x_total{pod=~"(a|b)-.*"}[5m]))'),
    fine(
      'a cluster, a route and a service that are there',
      'sum(rate(envoy_cluster_upstream_rq{cluster_name="outbound|80||checkout-canary.shop.svc.cluster.local"}[5m])) + sum(rate(x_total{envoy_cluster_name="httproute/shop/checkout/rule/0"}[5m])) + sum(rate(traefik_service_requests_total{service="shop-checkout-canary-80@kubernetes"}[5m]))',
    ),
    fine(
      'a service of Traefik that it names by a hash',
      'sum(rate(traefik_service_requests_total{service="shop-web-0f1e2d3c@kubernetescrd"}[5m]))',
    ),
  ],
  TRF039: [
    {
      name: 'a path',
      manifest: header(virtualService('checkout', own('match: [{ uri: { prefix: /cart } }], '))),
      finds: [
        {
          message:
            "step 2 of Rollout shop/checkout creates a route without the path of route 'primary' of VirtualService shop/checkout",
          severity: 'advice',
        },
      ],
    },
    {
      name: 'a path and a timeout',
      manifest: header(virtualService('checkout', own('timeout: 2s, match: [{ uri: { prefix: /cart } }], '))),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'a path that every request has',
      manifest: header(virtualService('checkout', own('match: [{ uri: { prefix: / } }], '))),
    },
  ],
  TRF040: [
    {
      name: 'another VirtualService for the host at the Gateway',
      manifest: header(
        virtualService('checkout', own('match: [{ uri: { prefix: /cart } }], ')),
        virtualService('docs', '{ name: docs, route: [{ destination: { host: docs } }] }'),
      ),
      finds: [
        {
          message:
            "step 2 of Rollout shop/checkout creates a route without a path, which also takes requests with the header from route 'docs' of VirtualService shop/docs",
        },
      ],
    },
    {
      name: 'for another host',
      manifest: header(
        virtualService('checkout', own('')),
        virtualService('docs', '{ route: [{ destination: { host: docs } }] }').replace('shop.example', 'docs.example'),
      ),
    },
  ],
};

for (const [code, cases] of Object.entries(CASES)) {
  describeRule(
    RULES.find((rule) => rule.code === code)!,
    cases,
  );
}
