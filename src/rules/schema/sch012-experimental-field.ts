import type { Rule } from '../shared/rule';
import { reportKind } from './problems';

const route = (rule: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: checkout
spec:
  parentRefs:
    - name: public
  hostnames:
    - shop.example.com
  rules:
    - backendRefs:
        - name: checkout-stable
          port: 80
${rule}`;

export const experimentalField: Rule = {
  code: 'SCH012',
  severity: 'note',
  title: 'Only the experimental channel of the Gateway API allows this',
  why: 'The Gateway API has two sets of definitions. A cluster with those of the standard channel refuses the object, or drops the field where strict validation is off; one with those of the experimental channel accepts it. No manifest says which channel a cluster has. Experimental fields may change or go with any release.',
  fix: 'Find out which channel the cluster has: `kubectl get crd httproutes.gateway.networking.k8s.io -o yaml` shows it in the annotation `gateway.networking.k8s.io/channel`. Remove what is experimental if it is `standard`.',
  whenNotToUse: 'Where all clusters have the experimental channel.',
  confirmedBy:
    'The definitions of both channels of Gateway API 1.7.0: an object is checked against both, and reported here if only those of the standard channel refuse it.',
  bad: route(`      sessionPersistence:
        cookie: { name: checkout }
`),
  good: route(''),
  checkPart(graph, report, part) {
    reportKind(part(graph.resources), 'experimental', report);
  },
};
