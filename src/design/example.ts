import type { DesignText } from './engine/source';

/** An app to begin with. */
export const EXAMPLE: DesignText = {
  name: 'canary.yaml',
  text: `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: checkout, namespace: shop }
spec:
  image: registry.example.com/checkout:1.4.2
  port: 8080
  hosts: [checkout.example.com]
  prometheus: http://prometheus.monitoring:9090
  # 10 %, analysis, 50 %, analysis: what an app does that says nothing else.
  steps: [{ setWeight: 10 }, analysis, { setWeight: 50 }, analysis]
`,
};
