import { rollouts, type ServiceRole } from '../../graph';
import type { Rule } from '../shared/rule';

/** Which must differ, and which of the two the controller complains about. */
const PAIRS: readonly [ServiceRole, ServiceRole][] = [
  ['canary', 'stable'],
  ['pong', 'ping'],
  ['preview', 'active'],
];

export const sameService: Rule = {
  code: 'ROL001',
  severity: 'error',
  title: 'A Rollout uses one Service for both versions',
  why: 'The controller writes the hash of each version into the selector of its Service, and one Service cannot have two. It refuses the Rollout: InvalidSpec, Degraded, and nothing is rolled out.',
  fix: 'Give each version a Service of its own.',
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
  check(graph, report) {
    for (const { resource, services } of rollouts(graph)) {
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
