/** A Rollout with the Gateway API plugin and its HTTPRoute: `config` is the plugin's configuration, `spec` the route's. */
export const exampleGatewayRoute = (
  config: string,
  spec: string,
  steps = '[{ setWeight: 20 }, { pause: { duration: 10m } }]',
): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
  namespace: shop
spec:
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } } }
  strategy:
    canary:
      canaryService: checkout-canary
      stableService: checkout-stable
      trafficRouting:
        managedRoutes: [{ name: testers }]
        plugins:
          argoproj-labs/gatewayAPI: ${config}
      steps: ${steps}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: checkout
  namespace: shop
spec:
  parentRefs: [{ name: public }]
  rules:
${spec
  .trim()
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`;

/** The backends of a rule that the plugin can weight. */
export const BOTH_BACKENDS =
  '{ name: checkout-stable, port: 80, weight: 100 }, { name: checkout-canary, port: 80, weight: 0 }';

/** The configuration of the plugin in its long form. */
export const PLUGIN_CONFIG = '{ namespace: shop, httpRoutes: [{ name: checkout, useHeaderRoutes: true }] }';
