import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';

export const unusedSuppression: Rule = {
  code: 'SUP001',
  severity: 'warning',
  title: 'A suppression suppresses nothing',
  why: 'The finding was fixed or has moved. If it comes back, the suppression hides it.',
  fix: 'Remove the suppression.',
  whenNotToUse: 'Ignore it when the finding appears in some environments only.',
  confirmedBy: CONFIRMED_BY.itself,
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
