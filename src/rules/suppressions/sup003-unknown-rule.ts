import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';

export const suppressionOfUnknownRule: Rule = {
  code: 'SUP003',
  severity: 'warning',
  title: 'A suppression names no rule',
  why: 'A suppression with an unknown code has no effect. The finding that it was meant for is still reported.',
  fix: 'Name a rule by its code (`REF004`) or its group (`REF`).',
  whenNotToUse: 'Ignore it while some of your machines still run an older release without the rule.',
  confirmedBy: CONFIRMED_BY.itself,
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
