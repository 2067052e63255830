import type { Rule } from '../shared/rule';

export const suppressionOfUnknownRule: Rule = {
  code: 'SUP003',
  severity: 'warning',
  title: 'A suppression names no rule',
  why: 'It suppresses nothing.',
  fix: 'Name a rule by its code (`REF004`) or a group (`REF`).',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
spec:
  meshed: true # cdk8s-canary-ignore SHC003: the mesh adds this field
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
