import { dnsLabelProblem } from '../../formats/names';
import { readGoDuration } from '../../formats/go-duration';
import { type Field, type Resource, rollouts } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { indented, steppedRollout } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

const manifest = (experiment: string): string =>
  steppedRollout({ steps: `- setWeight: 20\n- experiment:\n${indented(experiment, 4)}\n- pause: {}` });

export const experimentSettings: Rule = {
  code: 'ROL050',
  severity: 'error',
  title: 'A setting of an experiment makes it fail',
  why: 'The controller does not check the experiment of a step when the Rollout is applied. It creates the Experiment when the step is reached. With a duration that is no Go duration it never ends, and the rollout stays at the step. A template without pods measures nothing, and one whose name no object can have fails and aborts the rollout. An Experiment object does the same.',
  fix: 'Write the duration as `30m`, give at least one template, and give each template a name of small letters and digits and at least one replica.',
  whenNotToUse: 'Never: such an experiment does not run.',
  confirmedBy: CONFIRMED_BY.source,
  bad: manifest("duration: '30'\ntemplates: [{ name: new, specRef: canary }]"),
  good: manifest('duration: 30m\ntemplates: [{ name: new, specRef: canary }]'),
  checkPart(graph, report, part) {
    for (const resource of part(graph.ofKind('Experiment', 'argoproj.io'))) {
      checkExperiment(resource.field('spec'), resource, `${resource}`, report);
    }
    for (const { resource, steps } of part(rollouts(graph))) {
      for (const { field, index } of steps) {
        const experiment = field.get('experiment');
        const label = `the experiment in step ${index + 1} of ${resource}`;
        if (experiment.exists) checkExperiment(experiment, resource, label, report);
      }
    }
  },
};

function checkExperiment(experiment: Field, resource: Resource, label: string, report: Report): void {
  if (typeof experiment.value !== 'object' || Array.isArray(experiment.value)) return;
  checkDuration(experiment.get('duration'), label, report);
  if (resource.kind === 'Experiment') checkDeadline(resource, report);
  const delay = experiment.get('scaleDownDelaySeconds');
  if ((delay.number ?? 0) < 0) {
    report(delay, `scaleDownDelaySeconds of ${label} is ${delay.number}`, { hint: 'use 0 or more' });
  }
  const templates = experiment.get('templates');
  // Another type than a list is SCH004's to say, and a missing field SCH005's.
  if (Array.isArray(templates.value) && templates.items().length === 0) {
    report(templates, `${label} has no templates, so it has no pods`, { hint: 'name at least one kind of pods' });
  }
  for (const template of templates.items()) {
    const name = template.get('name');
    if (name.string !== undefined) {
      const problem = dnsLabelProblem(`${name}`, name.string);
      if (problem !== undefined) report(name, problem.split('; ')[0], { hint: problem.split('; ')[1] });
    }
    const replicas = template.get('replicas');
    if (replicas.number !== undefined && replicas.number < 1) {
      report(replicas, `a template of ${label} has ${replicas.number} replicas`, {
        hint: 'use 1 or more',
        severity: replicas.number < 0 ? 'error' : 'warning',
      });
    }
    const weight = template.get('weight');
    if (weight.number !== undefined && (weight.number < 0 || weight.number > 100)) {
      report(weight, `a template of ${label} has the weight ${weight.number}`, { hint: 'it goes from 0 to 100' });
    }
  }
  checkAnalyses(experiment.get('analyses').items(), label, report);
}

function checkDuration(duration: Field, label: string, report: Report): void {
  // Another type than a text is SCH004's to say.
  if (duration.string === undefined || duration.string === '') return;
  const seconds = readGoDuration(duration.string);
  if (seconds !== undefined && seconds > 0) return;
  const shown = `the duration of ${label} is '${duration.string}'`;
  if (seconds === undefined)
    report(duration, `${shown}, which is not a duration, so it never ends`, { hint: "such as '30m'" });
  else report(duration, `${shown}, so it ends as soon as its pods are ready`, { severity: 'warning' });
}

/** The controller refuses a template that may take longer to be ready than the Experiment may last. */
function checkDeadline(resource: Resource, report: Report): void {
  const deadline = resource.field('spec', 'progressDeadlineSeconds').number ?? 600;
  for (const template of resource.field('spec', 'templates').items()) {
    const least = template.get('minReadySeconds');
    if ((least.number ?? 0) <= deadline) continue;
    report(
      least,
      `minReadySeconds of a template of ${resource} is ${least.number}, more than progressDeadlineSeconds (${deadline})`,
    );
  }
}

function checkAnalyses(analyses: readonly Field[], label: string, report: Report): void {
  const seen = new Map<string, Field>();
  for (const analysis of analyses) {
    const name = analysis.get('name');
    if (!name.string) continue;
    const first = seen.get(name.string);
    if (first) {
      report(name, `two analyses of ${label} have the name '${name.string}'`, {
        related: { field: first, message: 'the first one' },
      });
    } else seen.set(name.string, name);
  }
}
