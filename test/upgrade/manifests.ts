import { type Change, upgradeReport } from '../../src/upgrade';
import { NEWEST, newestOf, type SystemKey } from '../../src/versions';
import { type Graph, graphOfLoaded, loadManifests } from '../../src/graph';

// Manifests of which each shows one thing.

export const graphOf = (manifest: string): Graph =>
  graphOfLoaded(loadManifests([{ name: 'app.yaml', text: manifest }]));

/** What one system's upgrade changes for manifests. */
export function changes(system: SystemKey, from: string, to: string, manifest: string): readonly Change[] {
  const newest = newestOf(NEWEST);
  return upgradeReport([graphOf(manifest)], { ...newest, [system]: from }, { ...newest, [system]: to }).changes;
}

export const template = (metric: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: checks, namespace: shop }
spec:
  metrics:
    - name: m
${metric
  .trim()
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
`;

export const condition = (
  success: string,
  provider = 'prometheus: { address: "http://p:9090", query: "sum(x)" }',
): string => template(`successCondition: ${JSON.stringify(success)}\nprovider: { ${provider} }`);

/** A guarded condition, so that nothing but the query changes. */
export const query = (text: string): string =>
  condition(
    'len(result) > 0 && result[0] < 5',
    `prometheus: { address: "http://p:9090", query: ${JSON.stringify(text)} }`,
  );

export const rollout = (
  canary: string,
  { spec = '', pod = 'containers: [{ name: app, image: app:1 }]' } = {},
): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  replicas: 4
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: { ${pod} } }
  ${spec}
  strategy:
    canary: ${canary}
`;

export const blueGreen = (fields: string): string =>
  rollout('').replace(/canary: $/m, `blueGreen: { activeService: active, ${fields} }`);

export const istio = (name: string, more = ''): string =>
  `{ canaryService: c, stableService: s, ${more} trafficRouting: { istio: { virtualService: { name: ${name} } } }, steps: [{ setWeight: 50 }, { pause: { duration: 5m } }] }`;
export const nginx = (maximum: string, weight: number): string =>
  `{ canaryService: c, stableService: s, trafficRouting: { ${maximum} nginx: { stableIngress: i } }, steps: [{ setWeight: ${weight} }, { pause: { duration: 5m } }] }`;
export const subsetsAlone =
  '{ trafficRouting: { istio: { virtualService: { name: v }, destinationRule: { name: d, canarySubsetName: canary, stableSubsetName: stable } } }, steps: [{ setWeight: 50 }, { pause: { duration: 5m } }] }';
export const pingPong = (router: string): string =>
  `{ pingPong: { pingService: a, pongService: b }, trafficRouting: { ${router} }, steps: [{ setWeight: 50 }, { pause: { duration: 5m } }] }`;
export const plugin = (steps: string, more = ''): string =>
  `{ ${more} trafficRouting: { managedRoutes: [{ name: a }, { name: b }], plugins: { argoproj-labs/gatewayAPI: { httpRoutes: [{ name: r, useHeaderRoutes: true }], namespace: shop } } }, steps: ${steps} }`;
export const header = (name: string): string =>
  `{ setHeaderRoute: { name: ${name}, match: [{ headerName: x, headerValue: { exact: y } }] } }`;
export const virtualService = (name: string, namespace: string): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec: { hosts: [x], http: [{ route: [{ destination: { host: s }, weight: 100 }, { destination: { host: c }, weight: 0 }] }] }
`;
export const mounting = (propagation: string): string =>
  rollout('{ steps: [{ setWeight: 50 }, { pause: {} }] }', {
    pod: `containers: [{ name: app, image: app:1, securityContext: { privileged: true }, volumeMounts: [{ name: v, mountPath: /v, mountPropagation: ${propagation} }] }], volumes: [{ name: v, emptyDir: {} }]`,
  });
export const application = (path: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd }
spec:
  destination: { namespace: shop }
  ignoreDifferences: [{ group: networking.istio.io, kind: DestinationRule, jqPathExpressions: ['${path}'] }]
  syncPolicy: { syncOptions: [RespectIgnoreDifferences=true] }
`;
export const experiment = (weight: string): string =>
  rollout(
    `{ canaryService: c, stableService: s, trafficRouting: { istio: { virtualService: { name: v } } }, steps: [{ setWeight: 10 }, { experiment: { duration: 10m, templates: [{ name: a, specRef: stable, weight: 5 }, { name: b, specRef: canary${weight} }] } }, { pause: {} }] }`,
  );
export const prometheusWith = (flag: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: main, namespace: monitoring }
spec: { enableFeatures: [${flag}] }
`;
export const monitor = (more: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: app, namespace: shop }
spec: { ${more} selector: { matchLabels: { app: app } }, podMetricsEndpoints: [{ port: http }] }
`;
/** With a protocol to fall back to, so that nothing else of it depends on the release. */
export const relabeled = (relabeling: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: app, namespace: shop }
spec:
  fallbackScrapeProtocol: PrometheusText0.0.4
  selector: { matchLabels: { app: app } }
  podMetricsEndpoints: [{ port: http, relabelings: [${relabeling}] }]
`;
export const rule = (expr: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: r, namespace: shop }
spec: { groups: [{ name: g, rules: [{ record: 'job:y:sum', expr: ${JSON.stringify(expr)} }] }] }
`;
export const scaler = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: checkout, namespace: shop }
spec: { minReplicas: 4, maxReplicas: 8, scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout } }
`;
export const analysed = (steps: string, more = ''): string =>
  rollout(`{ ${more} steps: ${steps} }`) +
  `---${template('failureLimit: 0\nsuccessCondition: len(result) > 0 && result[0] < 5\nprovider: { prometheus: { address: "http://p:9090", query: "sum(x)" } }')}`;
export const controller = (image: string, args: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: argo-rollouts, namespace: argo-rollouts }
spec:
  selector: { matchLabels: { app: argo-rollouts } }
  template:
    metadata: { labels: { app: argo-rollouts } }
    spec: { containers: [{ name: controller, image: "${image}", args: ${args} }] }
`;
export const jobNamed = (name: string): string =>
  template(
    'provider: { job: { spec: { activeDeadlineSeconds: 60, template: { spec: { containers: [] } } } } }',
  ).replace('name: m\n', `name: ${name}\n`);
