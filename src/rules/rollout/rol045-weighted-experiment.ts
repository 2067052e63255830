import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import { stepOf } from '../shared/routers';
import type { Rule } from '../shared/rule';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';

const canary = (weight: string): string =>
  routedCanary(`steps:
  - setWeight: 10
  - experiment:
      duration: 10m
      templates:
        - { name: baseline, specRef: stable, weight: 5 }
        - { name: trial, specRef: canary${weight} }
  - setWeight: 50
  - pause: { duration: 10m }`);

export const weightedExperiment: Rule = {
  code: 'ROL045',
  severity: 'warning',
  title: 'An experiment with several weights leaves a destination behind',
  why: 'While an experiment runs, the controller adds a destination for each of its weighted templates to the VirtualService. In Argo Rollouts 1.9 and older, with two or more weighted templates, one of them stays after the experiment has ended. Its Service is deleted with the experiment, so its share of the requests fails.',
  fix: 'Give only one template of the experiment a weight, or use Argo Rollouts 1.10.',
  whenNotToUse: 'With Argo Rollouts 1.10: the rule finds nothing there.',
  confirmedBy: 'Argo Rollouts 1.9.1: the destination was seen to stay. That 1.10 removes it is read in its source.',
  bad: exampleRollout(canary(', weight: 5')),
  good: exampleRollout(canary('')),
  releases: { argoRollouts: '1.9' },
  checkPart(graph, report, part) {
    const release = graph.releases.argoRollouts;
    if (!lookUp(ARGO_ROLLOUTS.leavesExperimentDestination, release)) return;
    for (const { resource, istio, steps } of part(rollouts(graph))) {
      if (!istio.exists) continue;
      for (const step of steps) {
        const templates = step.field.get('experiment', 'templates');
        const weighted = templates.items().filter((one) => (one.get('weight').number ?? 0) > 0);
        if (weighted.length < 2) continue;
        report(
          templates,
          `the experiment in ${stepOf(step, resource)} has ${weighted.length} weighted templates; Argo Rollouts ${release} leaves one of their destinations in the VirtualService`,
          { on: 'key', hint: 'weight one template only, or use a newer release' },
        );
      }
    }
  },
};
