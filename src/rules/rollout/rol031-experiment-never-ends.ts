import { lengthOfTime } from '../../formats/go-duration';
import { type AnalysisUse, type Field, type Graph, type Resource, rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import { analysesOfExperiment, hasRequired, isRequired, timeOf } from '../shared/experiments';
import type { Report, Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (more: string): string => `
steps:
  - experiment:
${more}      templates:
        - { name: candidate, specRef: canary }
`;

export const experimentNeverEnds: Rule = {
  code: 'ROL031',
  severity: 'warning',
  title: 'An experiment has no end',
  why: 'An experiment without `duration` runs until every analysis with `requiredForCompletion` ends. If there is none, it runs until it is terminated manually, and the rollout waits. So it does where a required analysis has a metric with an `interval` and no `count`, whatever the `duration`. When the required analyses have succeeded, the controller terminates the others and no longer looks at their results: if one still runs then, the experiment stays Running for ever.',
  fix: 'Give the experiment a `duration`, or set `requiredForCompletion: true` for the analysis that decides, and a `count` for its metrics. Beside a required analysis, require the others too, unless they end before it.',
  whenNotToUse: 'When the experiment is ended manually.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10, read in the source of the controller (`experiments/experiment.go`, `reconcileAnalysisRun`).',
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('      duration: 10m\n')),
  checkPart(graph, report, part) {
    for (const resource of part(graph.ofKind('Experiment', 'argoproj.io'))) {
      checkEnd(graph, resource.field('spec'), resource, undefined, `${resource}`, report);
    }
    for (const { resource, steps } of part(rollouts(graph))) {
      for (const step of steps) {
        const experiment = step.field.get('experiment');
        if (!experiment.exists) continue;
        checkEnd(graph, experiment, resource, step.index, `the experiment in ${stepOf(step, resource)}`, report);
      }
    }
  },
};

function checkEnd(
  graph: Graph,
  experiment: Field,
  owner: Resource,
  step: number | undefined,
  label: string,
  report: Report,
): void {
  if (!experiment.exists) return;
  if (!hasRequired(experiment)) {
    if (experiment.get('duration').exists) return;
    report(experiment, `${label} has no duration and no analysis that is required for its completion`, { on: 'key' });
    return;
  }
  const uses = analysesOfExperiment(graph, owner, step);
  const required = uses.filter(({ field }) => isRequired(field));
  const endless = required.find((use) => timeOf(graph, use)?.least === Infinity);
  if (endless !== undefined) {
    const field = endless.field.get('requiredForCompletion');
    report(field, `${label} never ends: it waits for the analysis ${nameOf(endless)}, which has a metric without end`, {
      hint: 'give each metric with an interval a count',
      related: { field: endless.field, message: 'the analysis' },
    });
    return;
  }
  const succeededAt = Math.max(...required.map((use) => timeOf(graph, use)?.most ?? NaN));
  for (const use of uses) {
    const { least = NaN } = timeOf(graph, use) ?? {};
    if (isRequired(use.field) || !(least > succeededAt)) continue;
    const takes = least === Infinity ? 'has no end' : `takes ${lengthOfTime(least)}`;
    report(
      use.field,
      `${label} never ends: the analysis ${nameOf(use)} ${takes}, and the required ones have succeeded after ${lengthOfTime(succeededAt)}`,
      {
        hint:
          least === Infinity ? 'give its metrics a count, and require it' : 'set requiredForCompletion: true here too',
        related: { field: required[0].field, message: 'a required analysis' },
      },
    );
  }
}

const nameOf = ({ field }: AnalysisUse): string => `'${field.get('name').string ?? ''}'`;
