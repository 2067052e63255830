import { scalers } from '../../graph';
import { documents, exampleAutoscaler, exampleRollout } from '../shared/example';
import { reportMissing } from '../shared/missing-reference';
import type { Rule } from '../shared/rule';

const of = (apiVersion: string): string => `{ apiVersion: ${apiVersion}, kind: Rollout, name: checkout }`;

export const scalesNothing: Rule = {
  code: 'SCL002',
  severity: 'error',
  title: 'An autoscaler scales something that does not exist',
  why: 'The autoscaler does nothing. The Rollout keeps its number of pods, whatever the load.',
  fix: 'Name the Rollout with its apiVersion `argoproj.io/v1alpha1`.',
  whenNotToUse: 'When the target is kept elsewhere; then lint without `--closed-world`.',
  confirmedBy: 'Kubernetes 1.34, by its documentation.',
  bad: documents(exampleRollout('{}'), exampleAutoscaler(of('apps/v1'))),
  good: documents(exampleRollout('{}'), exampleAutoscaler(of('argoproj.io/v1alpha1'))),
  peers: { kubeLinter: 'dangling-hpa', other: 'kubevious hpa-scale-target-ref' },
  checkPart(graph, report, part) {
    for (const { resource, target } of part(scalers(graph))) {
      if (!target || target.target) continue;
      const { to, from } = target;
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
