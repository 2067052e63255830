import { rollouts, unsplitPath } from '../../graph';
import { documents, exampleIngress, exampleRollout, exampleService } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (service: string): string =>
  documents(
    exampleRollout(`
canaryService: checkout-canary
stableService: checkout-stable
steps: [{ setWeight: 20 }, { pause: { duration: 10m } }]
`),
    exampleService('checkout'),
    exampleService('checkout-canary'),
    exampleService('checkout-stable'),
    exampleIngress(service, 'number: 80'),
  );

export const stableOnlyReached: Rule = {
  code: 'TRF050',
  severity: 'warning',
  title: 'Requests go to the stable pods alone while the controller removes these pods',
  why: 'Without a traffic router, the share of pods decides what the canary gets: the controller starts pods of the new version and removes stable ones. It also adds the hash of the stable version to the selector of `stableService`. Requests that come through that Service never reach the canary, whatever the weight, so no user tests it. They all go to fewer and fewer stable pods, and to none at all when the last of them is gone and the new version is not promoted yet.',
  fix: 'Let the requests go to a Service that the Rollout does not name, which selects the pods of both versions. Or configure `trafficRouting`.',
  whenNotToUse: 'When only few requests come this way.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10, read in the source of the controller (`rollout/service.go`; argo-rollouts#1760). The numbers of pods: the conformance run compares the plan with the controller.',
  bad: manifests('checkout-stable'),
  good: manifests('checkout'),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const path = unsplitPath(graph, rollout);
      const stable = rollout.services.stable;
      if (path === undefined || stable === undefined) continue;
      const way =
        path.resource === stable.target
          ? `clients outside the cluster reach '${stable.to.name}'`
          : `${path.resource} sends requests to '${stable.to.name}'`;
      report(stable.from, `${way}, and without a traffic router ${rollout.resource} leaves it fewer and fewer pods`, {
        hint: 'leave it out and use one Service for all pods, or configure trafficRouting',
        related: { field: path, message: 'the way in' },
      });
    }
  },
};
