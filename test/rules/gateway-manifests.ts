import { readVersions } from '../../src/versions';
import type { RuleCase } from './describe-rule';

// A Rollout with the Gateway API plugin, its Services, its routes and a Gateway.

export const STEPS = '[{ setWeight: 20 }, { pause: { duration: 5m } }]';
export const HEADER = `[{ setCanaryScale: { replicas: 1 } }, { setHeaderRoute: { name: qa, match: [{ headerName: x-qa, headerValue: { exact: 'on' } }] } }, { pause: {} }]`;
export const SHORT = '{ httpRoute: cart, namespace: store }';

export const rollout = (config = SHORT, steps = STEPS, more = ''): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, namespace: store }
spec:
  selector: { matchLabels: { app: cart } }
  template: { metadata: { labels: { app: cart } } }
  strategy:
    canary:
      canaryService: cart-next
      stableService: cart-now
      trafficRouting: { ${more} managedRoutes: [{ name: qa }], plugins: { argoproj-labs/gatewayAPI: ${config} } }
      steps: ${steps}
`;
export const services = ['cart-next', 'cart-now', 'old']
  .map(
    (name) => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: store }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80 }] }
`,
  )
  .join('');
export const route = (
  rules: string,
  spec = 'parentRefs: [{ name: edge, namespace: infra }],',
  kind = 'HTTPRoute',
): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: cart, namespace: store }
spec: { ${spec} rules: [${rules}] }
`;
export const backend = (name: string, weight?: number): string =>
  `{ name: ${name}, port: 80${weight === undefined ? '' : `, weight: ${weight}`} }`;
export const BOTH = `{ backendRefs: [${backend('cart-now', 100)}, ${backend('cart-next', 0)}] }`;
export const gateway = (listener: string, namespace = 'infra'): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: ${namespace} }
spec: { gatewayClassName: any, listeners: [{ name: web, port: 80, protocol: HTTP, ${listener} }] }
`;
export const ALL = 'allowedRoutes: { namespaces: { from: All } }';
export const CLOSED = { closedWorld: true };
export const on = (gatewayApiPlugin: string): RuleCase['options'] => ({
  versions: readVersions({ gatewayApiPlugin }).versions,
});
export const LONG = '{ namespace: store, httpRoutes: [{ name: cart }] }';
export const named = (name: string): string => BOTH.replace('{', `{ name: ${name},`);
