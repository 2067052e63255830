/** A repository of several teams: what is in each app's folder, and what concerns all of them. */
export function repository(apps: number): Map<string, string> {
  const files = new Map<string, string>([
    ['platform/mesh.yaml', MESH],
    ['platform/prometheus.yaml', PROMETHEUS],
  ]);
  for (let nth = 0; nth < apps; nth++) {
    for (const [name, text] of Object.entries(filesOf(nth))) files.set(`apps/${appName(nth)}/${name}`, text);
  }
  return files;
}

const NAMES = ['checkout', 'basket', 'search', 'payment', 'profile', 'catalogue', 'shipping', 'invoice', 'mailer'];
/** No name begins with another one or is near it. */
export const appName = (nth: number): string => NAMES[nth % NAMES.length] + (nth < NAMES.length ? '' : `x${nth}`);

const MESH = `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: ['*.example.com']
`;

const PROMETHEUS = `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: main, namespace: monitoring }
spec:
  podMonitorSelector: { matchLabels: { release: main } }
  podMonitorNamespaceSelector: {}
`;

function filesOf(nth: number): Record<string, string> {
  const app = appName(nth);
  const meta = (name: string): string => `metadata:
  name: ${name}
  namespace: shop
  labels: { team: shop, release: main }`;
  const service = (name: string): string => `apiVersion: v1
kind: Service
${meta(name)}
spec:
  selector: { app: ${app} }
  ports:
    - { name: http, port: 80, targetPort: http }
`;
  return {
    'rollout.yaml': `# ${app}
apiVersion: argoproj.io/v1alpha1
kind: Rollout
${meta(app)}
spec:
  replicas: 3
  selector: { matchLabels: { app: ${app} } }
  strategy:
    canary:
      stableService: ${app}-stable
      canaryService: ${app}-canary
      maxSurge: 1
      trafficRouting:
        istio:
          virtualService: { name: ${app}, routes: [primary] }
      steps:
        - setWeight: 10
        - pause: { duration: 5m }
        - analysis:
            templates: [{ templateName: ${app}-errors }]
            args: [{ name: hash, valueFrom: { podTemplateHashValue: Latest } }]
  template:
    metadata:
      labels: { app: ${app}, team: shop }
    spec:
      containers:
        - name: app
          image: registry.example.com/${app}:1.0.0
          ports:
            - { name: http, containerPort: 8080 }
            - { name: metrics, containerPort: 9090 }
          resources: { requests: { cpu: 100m } }
`,
    'services.yaml': [service(`${app}-stable`), service(`${app}-canary`)].join('---\n'),
    'traffic.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
${meta(app)}
spec:
  hosts: [${app}.example.com]
  gateways: [public]
  http:
    - name: primary
      route:
        - { destination: { host: ${app}-stable, port: { number: 80 } }, weight: 100 }
        - { destination: { host: ${app}-canary, port: { number: 80 } }, weight: 0 }
`,
    'analysis.yaml': `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
${meta(`${app}-errors`)}
spec:
  args: [{ name: hash }]
  metrics:
    - name: errors
      interval: 1m
      count: 5
      failureLimit: 1
      successCondition: len(result) > 0 && result[0] <= 0.01
      provider:
        prometheus:
          address: http://prometheus.monitoring:9090
          query: sum(rate(http_requests_total{app="${app}",rollouts_pod_template_hash="{{args.hash}}"}[5m]))
`,
    'monitor.yaml': `apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
${meta(app)}
spec:
  selector: { matchLabels: { app: ${app} } }
  podTargetLabels: [rollouts-pod-template-hash]
  podMetricsEndpoints: [{ port: metrics, interval: 30s }]
`,
    'scaling.yaml': `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
${meta(app)}
spec:
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: ${app} }
  minReplicas: 2
  maxReplicas: 5
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
${meta(app)}
spec:
  maxUnavailable: 1
  selector: { matchLabels: { app: ${app} } }
`,
    'application.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${app}, namespace: argocd }
spec:
  project: shop
  source: { repoURL: 'https://git.example.com/deploy.git', targetRevision: main, path: apps/${app} }
  destination: { server: 'https://kubernetes.default.svc', namespace: shop }
  syncPolicy: { automated: { prune: true } }
`,
  };
}
