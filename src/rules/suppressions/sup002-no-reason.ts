import type { Rule } from '../shared/rule';

export const suppressionWithoutReason: Rule = {
  code: 'SUP002',
  severity: 'warning',
  title: 'A suppression gives no reason',
  why: 'Nobody can tell later whether it still holds. It does not count until it says why.',
  fix: 'Say why: `# cdk8s-canary-ignore CODE: reason`, or `cdk8s-canary.dev/ignore: CODE reason`.',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  meshed: true # cdk8s-canary-ignore SCH003
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  meshed: true # cdk8s-canary-ignore SCH003: the mesh adds this field
  ports:
    - port: 80
`,
};
