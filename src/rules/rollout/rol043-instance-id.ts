import { analysesIn, rollouts } from '../../graph';
import { documents, exampleOf, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const LABEL = 'argo-rollouts.argoproj.io/controller-instance-id';

const manifests = (label: string): string => {
  const labelled = (manifest: string, with_: string): string => manifest.replace('metadata:\n', `metadata:\n${with_}`);
  const own = `  labels: { ${LABEL}: blue }\n`;
  return documents(
    labelled(exampleRollout('steps:\n  - setWeight: 50\n  - analysis: { templates: [{ templateName: smoke }] }'), own),
    labelled(
      exampleOf(
        'argoproj.io/v1alpha1',
        'AnalysisTemplate',
        'smoke',
        "metrics:\n  - name: smoke\n    provider: { web: { url: 'http://checkout/ready' } }",
      ),
      label === '' ? '' : own,
    ),
  );
};

export const instanceId: Rule = {
  code: 'ROL043',
  severity: 'warning',
  title: 'An AnalysisTemplate lacks the instance id of its Rollout',
  why: 'A controller with `--instance-id` sees only objects that carry its id as a label. If the Rollout has the label and an AnalysisTemplate does not, the controller does not find the template. It then refuses the Rollout (InvalidSpec, Degraded), or the background analysis fails to start.',
  fix: `Give the AnalysisTemplate the same label \`${LABEL}\`.`,
  whenNotToUse: 'When a webhook or a Kustomize transformer adds the label.',
  confirmedBy: 'Argo Rollouts 1.8.5, 1.9.1 and 1.10.2, measured.',
  bad: manifests(''),
  good: manifests('blue'),
  checkPart(graph, report, part) {
    for (const { resource } of part(rollouts(graph))) {
      const id = resource.field('metadata', 'labels', LABEL);
      if (!id.string) continue;
      for (const template of new Set(analysesIn(graph, resource).flatMap(({ resolved }) => resolved))) {
        const own = template.field('metadata', 'labels', LABEL);
        if (own.value === id.value) continue;
        const has = own.exists ? `has the instance id '${String(own.value)}'` : 'has no instance id';
        report(
          own.exists ? own : template.field('metadata'),
          `${template} ${has}, so the controller with the id '${id.string}' of ${resource} does not find it`,
          { on: own.exists ? 'value' : 'key', related: { field: id, message: 'the id of the Rollout' } },
        );
      }
    }
  },
};
