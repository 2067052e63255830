import { rollouts, STEP_KINDS } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
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
  title: 'A step does nothing that Argo Rollouts knows',
  why: 'The controller refuses the Rollout: InvalidSpec, Degraded, and nothing is rolled out. A frequent case is `- pause:` with nothing after it, which YAML reads as null.',
  fix: 'Write `pause: {}` for a pause until somebody promotes the rollout; otherwise one of setWeight, analysis, experiment, setCanaryScale, setHeaderRoute, setMirrorRoute, plugin.',
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('{}')),
  peers: { argo: 'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause' },
  check(graph, report) {
    for (const { resource, steps } of rollouts(graph)) {
      for (const step of steps) {
        if (step.kinds.length > 0) continue;
        const keys = step.field.entries().map(([key]) => key);
        const empty = STEP_KINDS.find((kind) => keys.includes(kind));
        const misspelt = keys.find((key) => closest(key, STEP_KINDS) !== undefined);
        const name = misspelt === undefined ? undefined : closest(misspelt, STEP_KINDS);
        const said = keys.length === 0 ? 'nothing' : `only ${keys.map((key) => `'${key}'`).join(' and ')}`;
        const mend = empty === 'pause' ? step.field.get(empty) : undefined;
        report(step.field, `${stepOf(step, resource)} has ${empty ? `'${empty}' with nothing in it` : said}`, {
          because: misspelt === undefined ? undefined : [step.field.get(misspelt)],
          didYouMean: name === undefined ? undefined : { name },
          hint: mend ? 'a pause until somebody goes on is written pause: {}' : undefined,
        });
      }
    }
  },
};
