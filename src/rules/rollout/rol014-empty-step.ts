import { isPluginName } from '../../formats/argo-rollouts/provider-problems';
import { type Resource, rollouts, type Step, STEP_KINDS } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { stepOf } from '../shared/routers';

const canary = (pause: string): string => `
steps:
  - setWeight: 50
  - pause: ${pause}
`;

export const emptyStep: Rule = {
  code: 'ROL014',
  severity: 'error',
  title: 'A step has no action that Argo Rollouts knows',
  why: 'Each step needs one known action. The controller refuses the Rollout otherwise (InvalidSpec, Degraded), and nothing is rolled out. A frequent cause is `- pause:` with nothing after it, which YAML reads as null.',
  fix: 'Write `pause: {}` to wait for a manual approval. Otherwise use one of setWeight, analysis, experiment, setCanaryScale, setHeaderRoute, setMirrorRoute and plugin.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('{}')),
  peers: { argo: 'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause' },
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      for (const step of steps) {
        checkPlugin(step, resource, report);
        if (step.kinds.length > 0) continue;
        const keys = step.field.entries().map(([key]) => key);
        const empty = STEP_KINDS.find((kind) => keys.includes(kind));
        const misspelt = keys.find((key) => closest(key, STEP_KINDS) !== undefined);
        const name = misspelt === undefined ? undefined : closest(misspelt, STEP_KINDS);
        const said = keys.length === 0 ? 'nothing' : `only ${keys.map((key) => `'${key}'`).join(' and ')}`;
        const fixable = empty === 'pause' ? step.field.get(empty) : undefined;
        report(step.field, `${stepOf(step, resource)} has ${empty ? `'${empty}' with nothing in it` : said}`, {
          because: misspelt === undefined ? undefined : [step.field.get(misspelt)],
          didYouMean: name === undefined ? undefined : { name },
          hint: fixable ? 'write pause: {} to wait for a manual approval' : undefined,
        });
      }
    }
  },
};

/** The controller's configuration names plugins by whose they are and what: it takes no other names. */
function checkPlugin(step: Step, resource: Resource, report: Report): void {
  const name = step.field.get('plugin', 'name');
  if (name.string === undefined || isPluginName(name.string)) return;
  report(name, `${stepOf(step, resource)} runs the plugin '${name.string}', and plugins have names of two parts`, {
    hint: "such as 'argoproj-labs/step-exec'",
  });
}
