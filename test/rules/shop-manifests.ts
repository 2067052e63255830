// Manifests of one small application, in flow style, for the tests of several rules.

export const application = (spec: string, annotations = ''): string => `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: pay, namespace: argocd, annotations: { ${annotations} } }
spec: { project: default, source: { repoURL: https://git.example.com/pay.git, path: live }, destination: { name: in-cluster, namespace: shop }, ${spec} }
`;
export const rollout = (routing: string, more = '', spec = '', labels = 'app: pay'): string => `---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: pay, namespace: shop }
spec: { ${spec} selector: { matchLabels: { app: pay } }, template: { metadata: { labels: { ${labels} } }, spec: { containers: [{ name: pay, image: 'pay:1', ports: [{ name: http, containerPort: 8080 }] }] } }, strategy: { canary: { canaryService: c, stableService: s, trafficRouting: { ${routing} }, ${more} } } }
`;
export const ISTIO = 'istio: { virtualService: { name: pay } }';
export const SUBSETS =
  'istio: { virtualService: { name: pay }, destinationRule: { name: pay, canarySubsetName: new, stableSubsetName: old } }';
export const HTTP = 'plugins: { argoproj-labs/gatewayAPI: { httpRoute: pay, namespace: shop } }';
export const istio = (kind: string, spec: string): string => `---
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: { name: pay, namespace: shop }
spec: { ${spec} }
`;
const SPLIT =
  '{ name: main, route: [{ destination: { host: s }, weight: 100 }, { destination: { host: c }, weight: 0 }] }';
export const virtualService = (more = ''): string => istio('VirtualService', `hosts: [pay], http: [${SPLIT}${more}]`);
export const service = (name: string, metadata = '', labels = `app: ${name}`): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop, labels: { ${labels} }, ${metadata} }
spec: { selector: { app: pay }, ports: [{ name: http, port: 80, targetPort: http }] }
`;
export const BOTH = service('c') + service('s');
export const httpRoute = (wave = ''): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: pay, namespace: shop, annotations: { ${wave} } }
spec: { rules: [{ backendRefs: [{ name: s, port: 80, weight: 100 }, { name: c, port: 80, weight: 0 }] }] }
`;
export const ignoring = (kind: string, expressions: string, group = 'networking.istio.io'): string =>
  `ignoreDifferences: [{ group: ${group}, kind: ${kind}, jqPathExpressions: [${expressions}] }],`;
export const wave = (at: number): string => `annotations: { argocd.argoproj.io/sync-wave: '${at}' }`;
export const monitor = (labels: string, endpoint = 'port: http', more = '', metadata = ''): string => `---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: pay, namespace: shop, labels: { ${metadata} } }
spec: { ${more} selector: { matchLabels: { ${labels} } }, endpoints: [{ ${endpoint} }] }
`;
export const prometheus = (spec: string): string => `---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: main, namespace: monitoring }
spec: { ${spec} }
`;
export const namespace = (labels: string): string => `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${labels} } }
`;
export const template = `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: ok, namespace: shop }
spec:
  args: [{ name: hash }]
  metrics:
    - name: errors
      successCondition: len(result) > 0 && result[0] < 5
      provider:
        prometheus:
          address: http://prometheus.monitoring:9090
          query: sum(increase(errors_total{rollouts_pod_template_hash="{{args.hash}}"}[2m]))
`;
export const analysed = (version: string): string =>
  `steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: ok }], args: [{ name: hash, valueFrom: { podTemplateHashValue: ${version} } }] } }]`;
export const policy = (spec: string): string => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: pay, namespace: shop }
spec: { selector: { matchLabels: { app: pay } }, ${spec} }
`;
export const scaled = (spec: string): string => `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: pay, namespace: shop }
spec: { scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: pay }, ${spec} }
`;
export const STEPPED = 'steps: [{ setWeight: 20 }, { pause: { duration: 5m } }]';
export const alone = (text: string): string => text.slice(4);
