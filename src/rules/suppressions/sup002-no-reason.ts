import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';

export const suppressionWithoutReason: Rule = {
  code: 'SUP002',
  severity: 'warning',
  title: 'A suppression has no reason',
  why: 'Without a reason nobody can tell later whether the suppression is still needed. It has no effect until it has one.',
  fix: 'Add a reason: `# cdk8s-canary-ignore CODE: reason`, or `cdk8s-canary.dev/ignore: CODE reason`.',
  whenNotToUse: 'There is no option to allow suppressions without a reason.',
  confirmedBy: CONFIRMED_BY.itself,
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
