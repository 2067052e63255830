/** Manifests for the examples of rules: a Rollout that splits its traffic by a VirtualService, or a template. */

/** A Rollout over two Services, with the given route to weight, and the given host as the canary's destination. */
export function routedRollout({ route = 'primary', canaryHost = 'checkout-canary' }): string {
  return `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
spec:
  strategy:
    canary:
      canaryService: checkout-canary
      stableService: checkout-stable
      trafficRouting:
        istio:
          virtualService:
            name: checkout
            routes:
              - ${route}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: checkout
spec:
  hosts: [checkout]
  http:
    - name: primary
      route:
        - destination: { host: checkout-stable }
          weight: 100
        - destination: { host: ${canaryHost} }
          weight: 0
`;
}

/** An AnalysisTemplate with one Prometheus metric: its condition, and its query on one line. */
export function analysisTemplate({
  condition = 'len(result) > 0 && result[0] <= 5',
  query = 'sum(increase(http_requests_total{code=~"5.."}[5m]))',
}): string {
  return `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: checkout-errors
spec:
  metrics:
    - name: errors
      successCondition: ${condition}
      provider:
        prometheus:
          address: http://prometheus.monitoring:9090
          query: |
            ${query}
`;
}
