import type { PlannedRollout, PlannedUpdate } from '../controller';
import { InputError } from '../formats/input-error';
import { scalersOf, type Graph } from '../graph';
import {
  type FirstDeployment,
  firstDeploymentMarkdown,
  firstDeploymentText,
  type FirstEvent,
  type InterruptingEvent,
  type Interruption,
  interruptionMarkdown,
  interruptionText,
  planFirstDeployment,
  planInterruption,
} from '../plan';
import { onlyNewest, type Versions } from '../versions';
import type { Io } from './io';
import { errLine, jsonText, type OutputFlags, write } from './output';
import { newestHeader } from './versions';

const FIRST: readonly FirstEvent[] = ['first-sync', 'migration'];
const INTERRUPTIONS: readonly InterruptingEvent[] = ['retry', 'another-update', 'rollback', 'autoscaling'];

/** Everything but an ordinary update that can be planned. */
export type PlannedEvent = FirstEvent | InterruptingEvent;
export const EVENTS: readonly PlannedEvent[] = [...FIRST, ...INTERRUPTIONS];

interface EventFlags extends OutputFlags {
  readonly event?: 'update' | PlannedEvent;
  readonly at?: number;
  readonly replicas?: number;
  readonly format: string;
  readonly podStart: number;
}

/** The input of every planned event. */
interface Input {
  readonly graph: Graph;
  readonly versions: Versions;
}

const interrupts = (event: string | undefined): event is InterruptingEvent =>
  INTERRUPTIONS.some((one) => one === event);

/** Contradictions among the options of events. */
export function checkEvent({ event, at, replicas }: Pick<EventFlags, 'event' | 'at' | 'replicas'>): void {
  if (at !== undefined && !interrupts(event)) throw new InputError(`--at needs --event ${INTERRUPTIONS.join(', ')}`);
  if (replicas !== undefined && event !== 'autoscaling')
    throw new InputError('--replicas is the number of replicas of --event autoscaling');
}

export const isRollout = (update: PlannedUpdate): update is PlannedRollout => 'rollout' in update;

/** The plan of the first sync of each Rollout. */
export function firstDeployments(found: readonly PlannedUpdate[], graph: Graph, podStart: number): FirstDeployment[] {
  return found.filter(isRollout).flatMap((planned) => planFirstDeployment(planned, graph, podStart) ?? []);
}

/** Plans an event other than an ordinary update. Exit code 1 where there are warnings. */
export function eventCommand(
  found: readonly PlannedUpdate[],
  input: Input,
  event: PlannedEvent,
  flags: EventFlags,
  io: Io,
): number {
  for (const { problems } of found) for (const problem of problems) errLine(problem, io);
  if (interrupts(event)) {
    const plans = interruptions(found, input.graph, event, flags);
    if (plans.length === 0)
      throw new InputError(`--event ${event} is planned for Rollouts of Argo Rollouts; none is here`);
    return writeEvent(plans, input, { text: interruptionText, markdown: interruptionMarkdown }, flags, io);
  }
  const plans = firstDeployments(found, input.graph, flags.podStart).filter((plan) => plan.event === event);
  if (plans.length === 0) {
    throw new InputError(
      event === 'migration'
        ? 'no Rollout here has a workloadRef, so that there is nothing to migrate; use --event first-sync'
        : 'no Rollout here is without a workloadRef; use --event migration',
    );
  }
  return writeEvent(plans, input, { text: firstDeploymentText, markdown: firstDeploymentMarkdown }, flags, io);
}

function interruptions(
  found: readonly PlannedUpdate[],
  graph: Graph,
  event: InterruptingEvent,
  { at, replicas, podStart }: EventFlags,
): Interruption[] {
  return found.filter(isRollout).flatMap(({ resource, model, assumed }) => {
    if (model === undefined) return [];
    const most = scalersOf(graph, resource).find(({ most: limit }) => limit.exists)?.most.integer;
    // Without an autoscaler, twice as many show what one would do.
    return planInterruption(model, event, {
      at,
      podStart,
      replicas: replicas ?? most ?? 2 * model.replicas,
      assumed,
    });
  });
}

function writeEvent<Planned extends { readonly event: string; readonly warnings: readonly string[] }>(
  plans: readonly Planned[],
  { versions }: Input,
  views: { readonly text: (plan: Planned) => string; readonly markdown: (plan: Planned) => string },
  flags: EventFlags,
  io: Io,
): number {
  const headed = (texts: readonly string[]): string => `${newestHeader(versions)}\n\n${texts.join('\n')}`;
  if (flags.format === 'json') {
    write(jsonText(plans.map((plan) => ({ versions: onlyNewest(versions), ...plan }))), flags, io);
  } else if (flags.format === 'text') write(headed(plans.map(views.text)), flags, io);
  else if (flags.format === 'markdown') write(headed(plans.map(views.markdown)), flags, io);
  else throw new InputError(`--event ${flags.event} has no format ${flags.format}; use text, markdown or json`);
  return plans.every(({ warnings }) => warnings.length === 0) ? 0 : 1;
}
