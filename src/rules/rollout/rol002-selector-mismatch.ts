import { matchesSelector, rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import { labelDisputes } from '../shared/pod-labels';
import type { Rule } from '../shared/rule';

export const selectorMismatch: Rule = {
  code: 'ROL002',
  severity: 'error',
  title: "A Rollout's selector does not match its pod template",
  why: 'A ReplicaSet whose selector does not match its template is invalid. The controller checks this first and refuses the Rollout (InvalidSpec, Degraded), so nothing is rolled out. The selector is immutable: to change it later, you must delete the Rollout.',
  fix: 'Give the pod template every label that the selector asks for.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout('{}', { labels: 'app: chekout' }),
  good: exampleRollout('{}'),
  peers: { argo: '`selector` does not match template `labels`', kubeLinter: 'mismatching-selector, not for Rollouts' },
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const { resource, workload } = rollout;
      const selector = resource.field('spec', 'selector');
      const { labels } = workload;
      if (selector.entries().length === 0 || labels === undefined || matchesSelector(selector, labels)) continue;
      const disputes = labelDisputes(graph, rollout);
      const [dispute] = disputes;
      if (disputes.length === 1 && dispute.odd?.exists) {
        // The Services decide which of the two is a typo: the one that differs from them.
        const { key, wanted, odd, label } = dispute;
        const meant = odd === label ? wanted : String(label.value);
        report(
          odd,
          `the selector of ${resource} asks for ${key}: ${wanted}, and its pods have ${key}: ${String(label.value)}`,
          {
            about: [resource.field()],
            didYouMean: { name: meant },
            hint: `its Services select ${key}: ${meant}`,
            related:
              odd === label
                ? { field: selector, message: 'the selector' }
                : { field: label, message: 'the label of the pods' },
          },
        );
        continue;
      }
      const shown = Object.entries(labels).map(([key, value]) => `${key}: ${value}`);
      report(selector, `the selector of ${resource} does not match the labels of its pods`, {
        because: workload.workloadRef?.target && [workload.workloadRef.target.field('spec', 'selector')],
        hint: shown.length === 0 ? 'the pods have no labels' : `they have ${shown.join(', ')}`,
        related: { field: workload.template.get('metadata', 'labels'), message: 'the labels of the pods' },
      });
    }
  },
};
