// A repo as a GitOps team keeps it: a folder a team, a folder an app, a file a concern, written by hand rather than
// rendered. Every twentieth app has typical errors of such repos, so that the measurement includes findings.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TEAMS = 20;

/** The files of one app: twelve objects in seven files. */
function filesOf(i) {
  const app = `app-${i}`;
  const namespace = `team-${i % TEAMS}`;
  const faulty = i % 20 === 7;
  const labels = `
  labels:
    app.kubernetes.io/name: ${app}
    app.kubernetes.io/part-of: ${namespace}`;
  const service = (name) => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}${labels}
spec:
  selector:
    app.kubernetes.io/part-of: ${namespace}
    app: ${app}
  ports:
    - name: http
      port: 80
      targetPort: http
    - name: http-metrics
      port: 9090
      targetPort: metrics
`;
  return {
    'rollout.yaml': `# ${app}: who to call is in the catalogue.
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: ${app}
  namespace: ${namespace}${labels}
spec:
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      app: ${app}
  strategy:
    canary:
      canaryService: ${app}-canary
      stableService: ${app}-stable
      maxSurge: "25%"
      maxUnavailable: 0
      trafficRouting:
        istio:
          virtualService:
            name: ${app}
            routes:
              - ${faulty ? 'primry' : 'primary'}
      steps:
        - setWeight: 10
        - pause: { duration: 10m }
        - analysis:
            templates:
              - templateName: ${app}-errors
            args:
              - name: hash
                valueFrom:
                  podTemplateHashValue: Latest
        - setWeight: 50 # half of the users
        - pause: ${i % 3 === 0 ? '{}' : '{ duration: 10m }'}
        - analysis:
            templates:
              - templateName: ${app}-errors
              - templateName: ${app}-latency
            args:
              - name: hash
                valueFrom:
                  podTemplateHashValue: Latest
  template:
    metadata:
      labels:
        app.kubernetes.io/part-of: ${namespace}
        app: ${app}
        sidecar.istio.io/inject: "true"
      annotations:
        proxy.istio.io/config: '{ "holdApplicationUntilProxyStarts": true }'
    spec:
      serviceAccountName: ${app}
      containers:
        - name: app
          image: registry.example.com/${namespace}/${app}:1.${i % 50}.0
          args: ["--listen=:8080", "--metrics=:9090"]
          env:
            - name: LOG_LEVEL
              value: info
            - name: DATABASE_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: ${app}-database
                  key: password
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /live
              port: http
            initialDelaySeconds: 20
          resources:
            requests:
              cpu: 250m
              memory: 256Mi
            limits:
              memory: 512Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            runAsNonRoot: true
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app: ${app}
`,
    'services.yaml': [service(app), service(`${app}-stable`), service(`${app}-canary`)].join('---\n'),
    'traffic.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ${app}
  namespace: ${namespace}${labels}
spec:
  hosts:
    - ${app}.example.com
  gateways:
    - istio-ingress/public
  http:
    - name: primary
      route:
        - destination:
            host: ${app}-stable
            port: { number: 80 }
          weight: 100
        - destination:
            host: ${app}-canary
            port: { number: 80 }
          weight: 0
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: ${app}-stable
  namespace: ${namespace}${labels}
spec:
  host: ${app}-stable
  trafficPolicy:
    connectionPool:
      http:
        http2MaxRequests: 1000
`,
    'analysis.yaml': `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: ${app}-errors
  namespace: ${namespace}${labels}
spec:
  args:
    - name: hash
  metrics:
    - name: errors
      initialDelay: 5m
      interval: 1m
      count: 5
      failureLimit: 1
      successCondition: ${faulty ? 'result[0] <= 0.01' : 'len(result) > 0 && result[0] <= 0.01'}
      failureCondition: len(result) > 0 && result[0] > 0.01
      inconclusiveLimit: 2
      provider:
        prometheus:
          address: http://prometheus.monitoring:9090
          query: |
            sum(rate(http_requests_total{namespace="${namespace}",rollouts_pod_template_hash="{{args.hash}}",code=~"5.."}[5m]))
            /
            sum(rate(http_requests_total{namespace="${namespace}",rollouts_pod_template_hash="{{args.hash}}"}[5m]))
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: ${app}-latency
  namespace: ${namespace}${labels}
spec:
  args:
    - name: hash
  metrics:
    - name: latency
      initialDelay: 5m
      interval: 1m
      count: 5
      failureLimit: 1
      successCondition: len(result) > 0 && result[0] <= 0.25
      failureCondition: len(result) > 0 && result[0] > 0.25
      inconclusiveLimit: 2
      provider:
        prometheus:
          address: http://prometheus.monitoring:9090
          query: |
            histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket{namespace="${namespace}",rollouts_pod_template_hash="{{args.hash}}"}[5m])) by (le))
`,
    'monitoring.yaml': `apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: ${app}
  namespace: ${namespace}${labels}
spec:
  selector:
    matchLabels:
      app: ${app}
  podTargetLabels:
    - rollouts-pod-template-hash
  podMetricsEndpoints:
    - port: metrics
      interval: 30s
`,
    'application.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${app}
  namespace: argocd
spec:
  project: ${namespace}
  source:
    repoURL: https://git.example.com/deploy.git
    targetRevision: main
    path: ${namespace}/${app}
  destination:
    server: https://kubernetes.default.svc
    namespace: ${namespace}
  ignoreDifferences:
    - group: networking.istio.io
      kind: VirtualService
      jqPathExpressions:
        - .spec.http[].route[].weight
  syncPolicy:
    automated: { prune: true }
`,
    'scaling.yaml': `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${app}
  namespace: ${namespace}${labels}
spec:
  scaleTargetRef:
    apiVersion: argoproj.io/v1alpha1
    kind: ${faulty ? 'Deployment' : 'Rollout'}
    name: ${app}
  minReplicas: 3
  maxReplicas: ${10 + (i % 10)}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${app}
  namespace: ${namespace}${labels}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: ${app}
`,
  };
}

/** Writes the repo of some apps. */
export function writeRepo(folder, apps) {
  for (let i = 0; i < apps; i++) {
    const own = join(folder, `team-${i % TEAMS}`, `app-${i}`);
    mkdirSync(own, { recursive: true });
    for (const [name, text] of Object.entries(filesOf(i))) writeFileSync(join(own, name), text);
  }
}
