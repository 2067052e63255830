import type { ExperimentModel, RolloutModel } from '../model';
import { isCompleted, newRun, WORSENING, type RunPhase } from './analysis-run';
import { behaviourOf } from './behaviour';
import { emptySet } from './sets';
import type { Experiment, TemplateState, Version } from './state';

const SCALE_DOWN_DELAY_SECONDS = 30;

/** From best to worst. */
const TEMPLATES_WORSENING = ['Successful', 'Running', 'Progressing', 'Failed'] as const;

/** The Experiment of a step, as the Rollout controller creates it. */
export function newExperiment(
  model: ExperimentModel,
  stepIndex: number,
  versions: { readonly canary: Version; readonly stable: Version },
): Experiment {
  return {
    model,
    stepIndex,
    version: versions.canary,
    terminate: false,
    message: '',
    templates: model.templates.map((template) => ({
      model: template,
      pods: emptySet(versions[template.version], 0),
      counts: '',
      since: 0,
    })),
    runs: model.analyses.map(() => undefined),
  };
}

const isOver = (phase: RunPhase | undefined): boolean => phase !== undefined && isCompleted(phase);

/** Whether an experiment has come to a result. */
export const hasFinished = ({ phase }: Experiment): boolean => isOver(phase);

function requiredSucceeded({ model, runs }: Experiment): boolean {
  const required = runs.filter((_, i) => model.analyses[i].required);
  return required.length > 0 && required.every((run) => run?.phase === 'Successful');
}

const isRequiring = ({ model }: Experiment): boolean => model.analyses.some(({ required }) => required);

/** Whether the controller starts nothing more for it, and scales its pods down. */
function isTerminating(experiment: Experiment): boolean {
  const { terminate, templates, runs } = experiment;
  return (
    terminate ||
    hasFinished(experiment) ||
    templates.some(({ status }) => status === 'Failed') ||
    runs.some((run) => run && isOver(run.phase) && run.phase !== 'Successful') ||
    requiredSucceeded(experiment)
  );
}

const isDone = ({ status }: TemplateState): boolean => status === 'Successful' || status === 'Failed';

/** The number of pods that the controller wants of a template, without the delay. */
const wantedPods = (template: TemplateState, terminating: boolean): number =>
  terminating || isDone(template) ? 0 : template.model.replicas;

/** When the duration is over. Undefined before all pods are available, and without a duration. */
const endOf = ({ model, availableAt }: Experiment): number | undefined =>
  model.seconds === undefined || availableAt === undefined ? undefined : availableAt + model.seconds;

/** One reconcile of the Experiment controller. Returns whether it changed anything, after which it reconciles again. */
export function reconcileExperiment(rollout: RolloutModel, experiment: Experiment, now: number): boolean {
  const before = stateOf(experiment);
  const terminating = isTerminating(experiment);
  const available = experiment.availableAt !== undefined;
  for (const template of experiment.templates) reconcileTemplate(rollout, experiment, template, terminating, now);
  // Analyses begin one reconcile after the pods are available.
  if (available) experiment.model.analyses.forEach((_, i) => reconcileRun(experiment, i, terminating));
  assess(experiment, now, rollout.progressDeadlineSeconds);
  return stateOf(experiment) !== before;
}

function reconcileTemplate(
  rollout: RolloutModel,
  experiment: Experiment,
  template: TemplateState,
  terminating: boolean,
  now: number,
): void {
  const { pods } = template;
  const wanted = wantedPods(template, terminating);
  const created = template.status !== undefined;
  if (created && pods.spec !== wanted) {
    pods.spec = wanted > 0 ? wanted : podsDuringDelay(rollout, experiment, template, now);
    template.since = now;
  }
  const counts = `${pods.created} ${ready(rollout, template, now)} ${pods.available}`;
  if (!created || counts !== template.counts) template.since = now;
  template.counts = counts;
  if (isDone(template)) return;
  const end = endOf(experiment);
  if (wanted === pods.available) {
    template.status = (end !== undefined && now >= end) || terminating ? 'Successful' : 'Running';
  } else if (now >= template.since + rollout.progressDeadlineSeconds) {
    template.status = 'Failed';
  } else {
    template.status = terminating ? 'Successful' : 'Progressing';
  }
}

function podsDuringDelay(rollout: RolloutModel, { model }: Experiment, template: TemplateState, now: number): number {
  const { pods } = template;
  const stated = behaviourOf(rollout).knowsExperimentDelay ? model.scaleDownDelaySeconds : undefined;
  pods.scaleDownAt ??= now + (stated ?? SCALE_DOWN_DELAY_SECONDS);
  return pods.scaleDownAt > now ? template.model.replicas : 0;
}

const ready = ({ minReadySeconds }: RolloutModel, { pods }: TemplateState, now: number): number =>
  pods.available + pods.pending.filter((at) => at - minReadySeconds <= now).length;

function reconcileRun(experiment: Experiment, index: number, terminating: boolean): void {
  const known = experiment.runs[index];
  if (known === undefined) {
    if (terminating) return;
    const { name, analysis } = experiment.model.analyses[index];
    const run = newRun(analysis, false, experiment.stepIndex, name);
    experiment.runs[index] = { run, phase: 'Pending', message: '' };
  } else if (isCompleted(known.phase)) {
    return;
  } else if (terminating) {
    if (!isCompleted(known.run.phase)) known.run.terminate = true;
  } else {
    known.phase = known.run.phase;
    known.message = known.run.message;
  }
}

function assess(experiment: Experiment, now: number, deadline: number): void {
  if (experiment.phase === undefined) {
    experiment.phase = 'Pending';
    return;
  }
  if (hasFinished(experiment)) return;
  const templates = templatesPhase(experiment, deadline);
  const analyses = analysesPhase(experiment);
  if (templates.phase === 'Running') experiment.availableAt ??= now;
  // The duration alone ends an experiment only if none of its analyses is required.
  const decides = isCompleted(templates.phase)
    ? templates.phase === 'Successful' && (isCompleted(analyses.phase) || isRequiring(experiment))
    : (isCompleted(analyses.phase) && analyses.phase !== 'Successful') || requiredSucceeded(experiment);
  ({ phase: experiment.phase, message: experiment.message } = decides ? analyses : templates);
}

interface Assessment {
  readonly phase: RunPhase;
  readonly message: string;
}

function templatesPhase({ templates }: Experiment, deadline: number): Assessment {
  const order = ({ status = 'Progressing' }: TemplateState): number => TEMPLATES_WORSENING.indexOf(status);
  const worst = templates.reduce<TemplateState | undefined>(
    (found, one) => (order(one) > (found ? order(found) : 0) ? one : found),
    undefined,
  );
  if (worst === undefined) return { phase: 'Successful', message: '' };
  if (worst.status !== 'Failed') return { phase: worst.status === 'Running' ? 'Running' : 'Pending', message: '' };
  const { name } = worst.model;
  return { phase: 'Failed', message: `Template '${name}' exceeded its progressDeadlineSeconds (${deadline})` };
}

function analysesPhase(experiment: Experiment): Assessment {
  let worst: Assessment = { phase: 'Successful', message: '' };
  for (const run of experiment.runs) {
    if (run && WORSENING.indexOf(run.phase) > WORSENING.indexOf(worst.phase)) worst = run;
  }
  if (worst.phase === 'Successful' && requiredSucceeded(experiment)) {
    return { phase: 'Successful', message: 'Required AnalysisRuns completed' };
  }
  return worst.phase === 'Pending' ? { ...worst, phase: 'Running' } : { phase: worst.phase, message: worst.message };
}

/** All that a reconcile may change, pods that start by themselves left out. */
function stateOf({ phase, availableAt, templates, runs }: Experiment): string {
  return JSON.stringify([
    phase,
    availableAt,
    templates.map(({ status, since, counts, pods }) => [status, since, counts, pods.spec, pods.scaleDownAt]),
    runs.map((run) => run && [run.phase, run.run.terminate]),
  ]);
}

/** The moments at which the controller looks at an experiment by itself. */
export function dueTimes(rollout: RolloutModel, experiment: Experiment): (number | undefined)[] {
  const { templates } = experiment;
  const pods = templates.flatMap(({ pods: { pending, scaleDownAt } }) => [
    ...pending,
    ...pending.map((at) => at - rollout.minReadySeconds),
    scaleDownAt,
  ]);
  if (isTerminating(experiment)) return pods;
  const deadlines = templates.map((template) =>
    isDone(template) || template.pods.available === wantedPods(template, false)
      ? undefined
      : template.since + rollout.progressDeadlineSeconds,
  );
  return [...pods, endOf(experiment), ...deadlines];
}

/** The weights of the experiment's pods, by version, while it runs. */
export function weightsOf(experiment: Experiment | undefined): { canary: number; stable: number } | undefined {
  if (experiment?.phase !== 'Running') return undefined;
  const weighted = experiment.model.templates.filter(({ weight }) => weight !== undefined);
  if (weighted.length === 0) return undefined;
  const sum = (wanted: 'canary' | 'stable'): number =>
    weighted.reduce((total, { version, weight }) => (version === wanted ? total + weight! : total), 0);
  return { canary: sum('canary'), stable: sum('stable') };
}

/** Why an experiment does not end by itself. Undefined if something may still end it. */
export function whyEndless(experiment: Experiment): string | undefined {
  const { model, availableAt } = experiment;
  if (availableAt === undefined || hasFinished(experiment)) return undefined;
  if (requiredSucceeded(experiment)) return 'an analysis still ran when those that are required had succeeded';
  if (model.seconds !== undefined || isRequiring(experiment)) return undefined;
  return 'it has neither a duration nor an analysis with requiredForCompletion';
}
