import type { Rule } from '../shared/rule';

export const unusedSuppression: Rule = {
  code: 'SUP001',
  severity: 'warning',
  title: 'A suppression suppresses nothing',
  why: 'What it was for is mended, or has moved; the next time it happens here nobody is told.',
  fix: 'Take the suppression away.',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
  annotations:
    cdk8s-canary.dev/ignore: SCH003 the mesh adds this field
spec:
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
  annotations:
    cdk8s-canary.dev/ignore: SCH003 the mesh adds this field
spec:
  meshed: true
  ports:
    - port: 80
`,
  peers: { pint: 'yes', other: 'eslint, ruff' },
};
