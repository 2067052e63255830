import type { Graph } from '../graph';
import { verdictOf } from './cause';
import type { MetricResult, Run } from './runs';
import { begunAt, type RolloutState, timeOf, versionText } from './state';

/** Something that happened. */
export interface Happening {
  readonly at: Date;
  readonly text: string;
  /** It stopped or paused the update. */
  readonly bad?: boolean;
}

/** Events of the controller that the other objects tell better, or that are of no interest. */
const TOLD_ELSEWHERE = /^(AnalysisRun|ScalingReplicaSet|NewReplicaSetCreated|ReplicaSetUpdated|RolloutUpdated)/;

/** The controller notices an update so long after its ReplicaSet is there, at most. */
const NEW_WITHIN_MS = 30_000;

/** What happened during the newest update, in the order of time. */
export function storyOf(graph: Graph, state: RolloutState, runs: readonly Run[]): readonly Happening[] {
  const { stable, promoted } = state;
  const found: Happening[] = [];
  const begun = begunAt(state);
  if (begun) found.push({ at: begun, text: startText(state, begun) });
  for (const run of runs) found.push(...runHappenings(run));
  found.push(...eventsOf(graph, state));
  for (const { reason, since } of state.pauses) {
    if (since) found.push({ at: since, text: `the controller paused the update: ${pauseText(reason)}`, bad: true });
  }
  if (state.abortedAt) found.push({ at: state.abortedAt, text: 'the controller aborted the update', bad: true });
  for (const { type, status, reason, message, since } of state.conditions) {
    if (since && type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded')
      found.push({ at: since, text: `the update made no progress in time: ${message}`, bad: true });
    if (since && type === 'InvalidSpec' && status === 'True')
      found.push({ at: since, text: `the controller refused the spec: ${message}`, bad: true });
    if (since && type === 'Healthy' && status === 'True' && promoted)
      found.push({ at: since, text: `${versionText(stable)} is fully promoted and healthy` });
  }
  return distinct(found.sort((a, b) => a.at.getTime() - b.at.getTime()));
}

/** A version that ran before has its ReplicaSet from then. */
function startText({ wanted, stable, promoted }: RolloutState, begun: Date): string {
  const name = versionText(wanted);
  const isNew = wanted.created !== undefined && begun.getTime() - wanted.created.getTime() < NEW_WITHIN_MS;
  if (promoted || stable.hash === '') return `${name} was created`;
  return `${isNew ? `${name} was created` : `the update to ${name}, which had run before, began`}; ${versionText(stable)} is stable`;
}

function runHappenings(run: Run): Happening[] {
  const { resource, kind, step, started, ended, phase, message } = run;
  const name = `AnalysisRun ${resource.name}`;
  const what = step === undefined ? kind : `${kind} ${step + 1}`;
  const found: Happening[] = [];
  if (started) found.push({ at: started, text: `${name} (${what}) started` });
  for (const metric of run.metrics) found.push(...measured(metric));
  if (ended) {
    const bad = phase !== 'Successful';
    found.push({ at: ended, text: `${name} ended: ${phase}${message ? `, ${message}` : ''}`, bad });
  }
  return found;
}

/** Measurements of one metric: those that follow each other with the same phase are told together. */
function measured({ name, measurements, dryRun }: MetricResult): Happening[] {
  const found: Happening[] = [];
  let from = 0;
  for (let i = 1; i <= measurements.length; i++) {
    if (i < measurements.length && measurements[i].phase === measurements[from].phase) continue;
    const group = measurements.slice(from, i);
    const [first, last] = [group[0], group[group.length - 1]];
    from = i;
    if (first.at === undefined || first.phase === 'Running') continue;
    const values = group.flatMap(({ value }) => value ?? []);
    const shown = values.length === 0 ? (last.message ?? 'no value') : [...new Set(values)].slice(-3).join(', ');
    const count = group.length === 1 ? '' : `${group.length} times `;
    const dry = dryRun ? ' (dry run: decides nothing)' : '';
    const bad = last.phase !== 'Successful' && !dryRun;
    found.push({ at: first.at, text: `metric ${name} measured ${count}${last.phase}: ${shown}${dry}`, bad });
  }
  return found;
}

function eventsOf(graph: Graph, state: RolloutState): Happening[] {
  const { resource } = state;
  const since = begunAt(state)?.getTime() ?? 0;
  return graph.ofKind('Event').flatMap((event) => {
    const about = ['involvedObject', 'regarding'].map((key) => event.field(key)).find(({ exists }) => exists);
    const isOurs = about?.get('kind').string === 'Rollout' && about.get('name').string === resource.name;
    const reason = event.field('reason').string ?? '';
    if (!isOurs || TOLD_ELSEWHERE.test(reason)) return [];
    const at = ['lastTimestamp', 'eventTime', 'deprecatedLastTimestamp', 'firstTimestamp']
      .map((key) => timeOf(event.field(key)))
      .find((one) => one !== undefined);
    if (at === undefined || at.getTime() < since) return [];
    const message = event.field('message').string ?? event.field('note').string ?? '';
    return [{ at, text: `${reason}: ${message}`, bad: event.field('type').string === 'Warning' }];
  });
}

/** Why the controller waits, in words. */
export function pauseText(reason: string): string {
  switch (reason) {
    case 'CanaryPauseStep':
      return 'a pause step';
    case 'BlueGreenPause':
      return 'the new version waits for its promotion';
    case 'InconclusiveAnalysisRun':
      return 'an analysis was inconclusive, so it waits for manual approval';
    case 'InconclusiveExperiment':
      return 'an experiment was inconclusive, so it waits for a decision';
    default:
      return reason || 'no reason given';
  }
}

const distinct = (list: readonly Happening[]): Happening[] =>
  list.filter((one, i) => !list.slice(0, i).some((e) => e.text === one.text && e.at.getTime() === one.at.getTime()));

/** One line for each metric that decided. */
export const decisions = (metrics: readonly MetricResult[]): readonly string[] =>
  metrics.map((metric) => `metric ${metric.name} (${metric.provider}): ${verdictOf(metric)}`);
