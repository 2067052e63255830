import { rollouts, type ServiceRole } from '../../graph';
import type { Rule } from '../shared/rule';

/** The fields that must differ, and the one that the controller reports. */
const PAIRS: readonly [ServiceRole, ServiceRole][] = [
  ['canary', 'stable'],
  ['pong', 'ping'],
  ['preview', 'active'],
];

export const sameService: Rule = {
  code: 'ROL001',
  severity: 'error',
  title: 'A Rollout uses one Service for two roles',
  why: 'The controller writes the pod-template hash of each version into the selector of its Service. One Service cannot have two hashes. The controller refuses the Rollout (InvalidSpec, Degraded), and nothing is rolled out.',
  fix: 'Give each version a Service of its own.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
spec:
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } } }
  strategy:
    canary:
      canaryService: checkout
      stableService: checkout
`,
  good: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
spec:
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } } }
  strategy:
    canary:
      canaryService: checkout-canary
      stableService: checkout-stable
`,
  peers: { argo: 'This rollout uses the same service for the stable and canary services' },
  checkPart(graph, report, part) {
    for (const { resource, services } of part(rollouts(graph))) {
      for (const [first, second] of PAIRS) {
        const [a, b] = [services[first], services[second]];
        if (!a || !b || a.to.name !== b.to.name) continue;
        report(b.from, `${resource} uses the Service '${b.to.name}' for both ${second} and ${first}`, {
          related: { field: a.from, message: `the ${first} Service` },
        });
      }
    }
  },
};
