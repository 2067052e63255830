import { type Field, type Resource, scalers } from '../../graph';
import { documents, exampleAutoscaler, exampleRollout } from '../shared/example';
import { reportMissing } from '../shared/missing-reference';
import type { Report, Rule } from '../shared/rule';

const of = (apiVersion: string): string => `{ apiVersion: ${apiVersion}, kind: Rollout, name: checkout }`;

export const scalesNothing: Rule = {
  code: 'SCL002',
  severity: 'error',
  title: 'An autoscaler scales something that does not exist',
  why: 'Without an `apiVersion`, KEDA looks for the target in `apps/v1`, and Kubernetes in the core group. An autoscaler that does not find its target does nothing. The Rollout keeps its number of pods, whatever the load.',
  fix: 'Name the Rollout with its apiVersion `argoproj.io/v1alpha1`.',
  whenNotToUse: 'When the target is kept elsewhere; then lint without `--closed-world`.',
  confirmedBy: 'Kubernetes 1.34, by its documentation.',
  bad: documents(exampleRollout('{}'), exampleAutoscaler(of('apps/v1'))),
  good: documents(exampleRollout('{}'), exampleAutoscaler(of('argoproj.io/v1alpha1'))),
  peers: { kubeLinter: 'dangling-hpa', other: 'kubevious hpa-scale-target-ref' },
  checkPart(graph, report, part) {
    for (const { resource, target } of part(scalers(graph))) {
      if (!target) continue;
      const { to, from } = target;
      if (target.target) {
        checkVersion(resource, target.target, from, report);
        continue;
      }
      const inGroup = graph.find({ ...to, group: undefined }, resource);
      if (inGroup) {
        const at = resource.at([...from.path.slice(0, -1), 'apiVersion']);
        report(
          at,
          `${resource} scales a ${to.kind} of the group '${to.group}', and ${inGroup} is of '${inGroup.group}'`,
          {
            hint: `write ${inGroup.apiVersion}`,
            fix: at.exists
              ? { title: `write '${inGroup.apiVersion}'`, edits: [{ at, set: inGroup.apiVersion }] }
              : undefined,
          },
        );
        continue;
      }
      // Another rule reports a Rollout with the name of the missing Deployment.
      if (graph.find({ ...to, group: 'argoproj.io', kind: 'Rollout' }, resource)) continue;
      reportMissing(
        graph,
        report,
        target,
        `${resource} scales the ${to.kind} '${to.name}', which nothing here defines`,
      );
    }
  },
};

/**
 * Without an apiVersion, KEDA looks for the kind in `apps/v1` and Kubernetes in the core group. KEDA also needs the right
 * version; Kubernetes finds the resource by its group and kind.
 */
function checkVersion(resource: Resource, target: Resource, name: Field, report: Report): void {
  const ref = resource.at(name.path.slice(0, -1));
  const stated = ref.get('apiVersion');
  const isKeda = resource.kind === 'ScaledObject';
  if (stated.exists && (!isKeda || stated.string === undefined || stated.string === target.apiVersion)) return;
  if (!stated.exists && target.group === (isKeda ? 'apps' : '')) return;
  // A VerticalPodAutoscaler knows the kinds of Kubernetes by their names.
  if (!stated.exists && resource.kind === 'VerticalPodAutoscaler' && target.group === 'apps') return;
  // An apiVersion of other groups may have changed since.
  if (stated.exists && target.group !== 'argoproj.io' && target.group !== 'apps') return;
  const assumed = stated.string ?? (isKeda ? 'apps/v1' : 'v1');
  report(
    stated.exists ? stated : ref,
    `${resource} scales a ${target.kind} of ${assumed}, and ${target} is of ${target.apiVersion}`,
    {
      hint: `write apiVersion: ${target.apiVersion}`,
      fix: {
        title: `write '${target.apiVersion}'`,
        edits: stated.exists
          ? [{ at: stated, set: target.apiVersion }]
          : [{ at: ref, add: 'apiVersion', value: target.apiVersion }],
      },
    },
  );
}
