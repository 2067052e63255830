/** The manifests of an app, in several folders. */
export const ROLLOUT = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
  namespace: shop
spec:
  replicas: 4
  selector:
    matchLabels: { app: checkout }
  strategy:
    canary:
      canaryService: checkout-canary
      stableService: checkout-stable
      trafficRouting:
        istio:
          virtualService:
            name: checkout
            routes: [primary]
      steps:
        - setWeight: 20
        - pause: { duration: 5m }
        - analysis:
            templates:
              - templateName: checkout-errors
            args:
              - name: service
                value: checkout-canary
  template:
    metadata:
      labels: { app: checkout }
    spec:
      containers:
        - name: app
          image: registry.example.com/checkout:1
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http } }
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 64Mi } }
`;
export const service = (name: string): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: shop
spec:
  selector: { app: checkout }
  ports: [{ name: http, port: 80, targetPort: http }]
`;
export const SERVICES = [service('checkout-stable'), service('checkout-canary')].join('---\n');
export const TRAFFIC = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: checkout
  namespace: shop
spec:
  hosts: [checkout.example.com]
  gateways: [istio-ingress/public]
  http:
    - name: primary
      route:
        - destination: { host: checkout-stable, port: { number: 80 } }
          weight: 100
        - destination: { host: checkout-canary.shop.svc.cluster.local, port: { number: 80 } }
          weight: 0
`;
export const ANALYSIS = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: checkout-errors
  namespace: shop
spec:
  args:
    - name: service
  metrics:
    - name: errors
      interval: 1m
      count: 5
      failureLimit: 1
      successCondition: len(result) > 0 && result[0] <= 0.01
      failureCondition: len(result) > 0 && result[0] > 0.01
      provider:
        prometheus:
          address: http://prometheus.monitoring:9090
          query: |
            sum(rate(istio_requests_total{reporter="destination",destination_service_name="{{args.service}}",response_code=~"5.."}[5m]))
            /
            sum(rate(istio_requests_total{reporter="destination",destination_service_name="{{args.service}}"}[5m]))
`;
export const FILES = {
  'apps/checkout/rollout.yaml': ROLLOUT,
  'apps/checkout/services.yaml': SERVICES,
  'traffic/checkout.yaml': TRAFFIC,
  'analysis/checkout.yaml': ANALYSIS,
};
export const NAME = 'apps/checkout/rollout.yaml';
