import { flaggerCanaries } from '../../graph';
import { documents, flaggerCanary, flaggerDeployment } from '../shared/example';
import type { Rule } from '../shared/rule';

export const replicasInGit: Rule = {
  code: 'FLG003',
  severity: 'warning',
  title: 'The target of a Flagger Canary has its replicas in Git',
  why: 'Flagger sets the replicas of the target: 0 outside of an analysis, and as many as the primary has during one. Each sync from Git sets the number back. Between releases, pods run that get no requests; during a release, the canary is scaled in the middle of the analysis.',
  fix: 'Remove `spec.replicas` from the target. For a fixed number of pods, give the Canary an `autoscalerRef` to a HorizontalPodAutoscaler with this minimum.',
  whenNotToUse: 'When the sync ignores `/spec/replicas` of the target.',
  confirmedBy: 'Flagger 1.44, read in its Deployment controller (`pkg/canary/deployment_controller.go`).',
  bad: documents(flaggerCanary(), flaggerDeployment('replicas: 3')),
  good: documents(flaggerCanary(), flaggerDeployment()),
  checkPart(graph, report, part) {
    for (const { resource, target } of part(flaggerCanaries(graph))) {
      if (target?.to.kind !== 'Deployment' || !target.target) continue;
      const replicas = target.target.field('spec', 'replicas');
      if (replicas.integer === undefined) continue;
      report(
        replicas,
        `${target.target} has replicas: ${replicas.integer} in Git, and ${resource} makes Flagger set it to 0 between releases`,
        { on: 'key', hint: 'remove it', related: { field: target.from, message: 'the Canary that names it' } },
      );
    }
  },
};
