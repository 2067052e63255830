// Inputs that cases fill in.

export const canaryFile = (spec) => `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: shop, namespace: shop }
spec:
  image: ghcr.io/example/shop:1.0.0
  port: 8080
  hosts: [shop.example.com]
  prometheus: http://prometheus.monitoring:9090
${spec}`;

export const flagger = (analysis, threshold = 5) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: app, image: 'ghcr.io/example/shop:1.0.0' }] }
---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: shop, namespace: shop }
spec:
  provider: istio
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }
  service: { port: 80 }
  analysis: { interval: 10s, threshold: ${threshold}, ${analysis} }
`;

export const manyRollouts = (count) => ({
  apiVersion: 'v1',
  kind: 'List',
  items: Array.from({ length: count }, (_, i) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: `a${i}` },
    spec: { replicas: 'x', strategy: { canary: { canaryService: 'no', steps: [{ setWeight: 200 }] } } },
  })),
});
