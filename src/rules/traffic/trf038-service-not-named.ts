import { memoizeOnGraph, type Rollout, rolloutOf, rollouts, services } from '../../graph';
import { documents, exampleRollout, exampleService } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (canary: string): string =>
  documents(
    exampleRollout(`${canary}steps: [{ setWeight: 25 }, { pause: { duration: 10m } }]`),
    exampleService('checkout-stable'),
    exampleService('checkout-canary'),
  );

/** The Services that a Rollout of each strategy should name, with their common names. */
const USUAL = {
  canary: [{ role: 'canary', field: 'canaryService' }],
  blueGreen: [{ role: 'preview', field: 'previewService' }],
} as const;

/**
 * Whether a name contains the role, apart from the name of the Rollout: all Services of `canary-demo` contain canary.
 */
function says(role: string, service: string, rollout: string): boolean {
  const times = (name: string): number => name.split(/[-.]/).filter((word) => word === role).length;
  return times(service) > times(rollout);
}

export const serviceNotNamed: Rule = {
  code: 'TRF038',
  severity: 'warning',
  title: 'No Rollout names the canary Service',
  why: 'The controller adds the pod-template hash only to the selectors of Services that a Rollout names. By its name this Service is meant for the canary, but it selects all pods, now and during a rollout. An analysis, a test or a person that uses it reaches the stable version and the canary by turns.',
  fix: 'Name it as `canaryService` (or `previewService`) of the Rollout, or delete it.',
  whenNotToUse: 'When the word in the name has another meaning.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: manifests(''),
  good: manifests('canaryService: checkout-canary\nstableService: checkout-stable\n'),
  checkPart(graph, report, part) {
    const named = namedByRollouts(graph);
    for (const { resource, workloads } of part(services(graph))) {
      for (const workload of workloads) {
        const rollout = rolloutOf(graph, workload.resource);
        if (rollout?.strategy === undefined || rollout.workload !== workload) continue;
        for (const { role, field } of USUAL[rollout.strategy]) {
          if (named.has(resource.name) || !says(role, resource.name, rollout.resource.name)) continue;
          const other = rollout.services[role];
          // A typo in the Rollout is another rule's finding.
          if (other && other.target === undefined) continue;
          report(
            resource.field('metadata', 'name'),
            `${resource} is named by no Rollout, so it selects all pods of ${rollout.resource}, not only those of the ${role}`,
            {
              hint: other ? `${rollout.resource} names '${other.to.name}'` : `set ${field}: ${resource.name}`,
              related: { field: rollout[rollout.strategy], message: 'the strategy' },
              // With a router, another rule reports the missing field.
              because: [rollout[rollout.strategy].get(field)],
            },
          );
        }
      }
    }
  },
};

const namesOf = ({ services: named }: Rollout): string[] =>
  Object.values(named).flatMap((reference) => reference?.to.name ?? []);

const namedByRollouts = memoizeOnGraph((graph) => new Set(rollouts(graph).flatMap((rollout) => namesOf(rollout))));
