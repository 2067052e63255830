import {
  allMetrics,
  runUpdate,
  type Frame,
  type RolloutModel,
  type TimedAction,
  type Trace,
  type Version,
  type World,
} from '../controller';
import { lengthOfTime } from '../formats/go-duration';
import { controllerBehaviour, NEWEST } from '../versions';
import { canFail } from './hypotheses';
import { fullName, percent, stepText } from './wording';

/**
 * An interruption of an update: it is aborted and retried, another version comes, the template goes back to the version
 * before, or an autoscaler changes the number of replicas.
 */
export type InterruptingEvent = 'retry' | 'another-update' | 'rollback' | 'autoscaling';

/** The versions of an interrupted update, in the order in which they are created. */
const VERSIONS: readonly Version[] = ['old', 'new', 'next'];

/** The state of a rollout from a time on. */
export interface InterruptedMoment {
  readonly seconds: number;
  /** The index of the current step. Undefined after the last one. */
  readonly step?: number;
  /** The share of the requests of users that each version gets, in per cent. */
  readonly shares: { readonly [version in Version]: number };
  /** The available pods of each version. */
  readonly pods: { readonly [version in Version]: number };
  readonly what: string;
}

/** The course of an update that is interrupted. */
export interface Interruption {
  readonly event: InterruptingEvent;
  /** With its namespace. */
  readonly rollout: string;
  /** Seconds from the start of the update to the event. */
  readonly at: number;
  readonly moments: readonly InterruptedMoment[];
  readonly ending: Trace['ending'];
  /** Seconds from the event to the end. */
  readonly seconds: number;
  /** Warnings: steps and traffic that are lost or skipped, and the way out. */
  readonly warnings: readonly string[];
  /** Assumptions, a sentence each. */
  readonly notes: readonly string[];
}

/** Details of the event. */
export interface InterruptionOptions {
  /** Seconds from the start of the update. Default: half of a healthy update. */
  readonly at?: number;
  /** The number of replicas after autoscaling. */
  readonly replicas: number;
  /** Seconds from a pod's creation until it can serve, before minReadySeconds. */
  readonly podStart: number;
  /** Other assumptions, one sentence each. */
  readonly assumed?: readonly string[];
}

/** Plans what happens outside in a world. */
type Planner = (at: number, actions: readonly TimedAction[], given: World, notes?: string[]) => Interruption;

/** Seconds from a promotion to its rollback, and from the end of an abort to a late retry. */
const PATIENCE_SECONDS = 60;
/** Seconds from an abort to an early retry, at which the aborted version still has its pods. */
const EARLY_RETRY_SECONDS = 15;

/**
 * Plans an interrupted update as the controller carries it out. A rollback is planned during the update and after its
 * promotion, unless `at` says when; a retry while the aborted version still has its pods, and after that.
 */
export function planInterruption(
  rollout: RolloutModel,
  event: InterruptingEvent,
  { at, replicas, podStart, assumed = [] }: InterruptionOptions,
): Interruption[] {
  const ready = podStart + rollout.minReadySeconds;
  const world: World = {
    measure: () => ({ phase: 'Successful' }),
    podReady: () => ready,
    person: (reason) => (reason === 'SpecPaused' ? undefined : { after: 0, action: 'promote' }),
  };
  const { endedAt, ending } = runUpdate(rollout, world);
  const half = at ?? Math.round(endedAt / 2);
  const notes = [
    `pods are ready ${lengthOfTime(podStart)} after they are created (--pod-start)`,
    ...(allMetrics(rollout).length > 0 && event !== 'retry' ? ['every measurement succeeds'] : []),
    'manual approvals come at once',
    ...assumed,
  ];
  const plan: Planner = (when, actions, given, more = []) => {
    const trace = runUpdate(rollout, { ...given, actions });
    const retried = event === 'retry' ? retryWarnings(rollout, when, trace, { ...given, actions }) : [];
    return interruptionOf(rollout, event, when, trace, [...notes, ...more], retried);
  };
  switch (event) {
    case 'autoscaling':
      return [plan(half, [{ at: half, action: { scale: replicas } }], world)];
    case 'another-update':
      return [plan(half, [{ at: half, action: { template: 'next' } }], world)];
    case 'rollback': {
      const times = at === undefined && ending === 'promoted' ? [half, endedAt + PATIENCE_SECONDS] : [half];
      return times.map((when) => plan(when, [{ at: when, action: { template: 'old' } }], world));
    }
    case 'retry':
      return [EARLY_RETRY_SECONDS, (rollout.abortScaleDownDelaySeconds ?? 30) + PATIENCE_SECONDS].map((after) =>
        retryOf(rollout, half, after, world, plan),
      );
  }
}

/** An update whose measurements fail from a time on, and that is retried after the abort, when they succeed again. */
function retryOf(rollout: RolloutModel, from: number, after: number, world: World, plan: Planner): Interruption {
  const until =
    (end: number): World['measure'] =>
    (_run, metric, now) => ({ phase: now >= from && now < end && canFail(metric) ? 'Failed' : 'Successful' });
  const failing = runUpdate(rollout, { ...world, measure: until(Infinity) });
  const failed = failing.ending === 'aborted';
  const retry = (failed ? failing.endedAt : from) + after;
  const why = failed
    ? `measurements fail from ${lengthOfTime(from)} until the retry, and succeed afterwards`
    : `the update is aborted manually at ${lengthOfTime(from)}, and every measurement succeeds`;
  const actions: TimedAction[] = [
    ...(failed ? [] : [{ at: from, action: 'abort' as const }]),
    { at: retry, action: 'retry' },
  ];
  return plan(retry, actions, { ...world, measure: until(retry) }, [why]);
}

function interruptionOf(
  rollout: RolloutModel,
  event: InterruptingEvent,
  at: number,
  trace: Trace,
  notes: readonly string[],
  warnings: readonly string[],
): Interruption {
  const frames = settled(trace.frames);
  const before = frames.findLastIndex(({ time }) => time < at);
  const shown = frames.slice(Math.max(0, before));
  return {
    event,
    rollout: fullName(rollout),
    at,
    moments: shown.map((frame, i) => momentOf(rollout, frame, i === 0 && before >= 0 ? 'before' : undefined)),
    ...endingOf(rollout, at, trace, frames),
    warnings: [...warnings, ...warningsOf(rollout, event, at, frames)],
    notes,
  };
}

/** How it ends. It is complete once the version of the template has all traffic, and keeps it. */
function endingOf(
  rollout: RolloutModel,
  at: number,
  { ending, endedAt }: Trace,
  frames: readonly Frame[],
): Pick<Interruption, 'ending' | 'seconds'> {
  if (ending !== 'promoted') return { ending, seconds: Math.max(0, endedAt - at) };
  const target = frames[frames.length - 1].versions?.template ?? 'new';
  const other = frames.findLastIndex((frame) => versionsIn(rollout, frame).shares[target] < 100);
  if (other === frames.length - 1) return { ending: 'stuck', seconds: Math.max(0, endedAt - at) };
  return { ending, seconds: Math.max(0, frames[other + 1].time - at) };
}

/** The states in which a rollout stays: within a second, the controller takes many small steps. */
const settled = (frames: readonly Frame[]): Frame[] =>
  frames.filter(({ time }, i) => i === frames.length - 1 || frames[i + 1].time > time);

function momentOf(rollout: RolloutModel, frame: Frame, when: 'before' | undefined): InterruptedMoment {
  const { stepIndex } = frame;
  const step = stepIndex !== undefined && stepIndex < rollout.steps.length ? stepIndex : undefined;
  const { shares, pods } = versionsIn(rollout, frame);
  return { seconds: frame.time, step, shares, pods, what: `${when ? 'before: ' : ''}${wordsOf(rollout, frame, step)}` };
}

function versionsIn(rollout: RolloutModel, frame: Frame): Pick<InterruptedMoment, 'shares' | 'pods'> {
  const { versions, weight, canary, stable } = frame;
  if (versions === undefined) {
    const share = (100 * weight) / rollout.maxTrafficWeight;
    return {
      shares: { old: 100 - share, new: share, next: 0 },
      pods: { old: stable.available, new: canary.available, next: 0 },
    };
  }
  const of = <Value>(value: (version: Version) => Value): { [version in Version]: Value } => ({
    old: value('old'),
    new: value('new'),
    next: value('next'),
  });
  return {
    shares: of((version) => 100 * versions.shares[version]),
    pods: of((version) => versions.pods[version].available),
  };
}

function wordsOf(rollout: RolloutModel, frame: Frame, step: number | undefined): string {
  if (frame.aborted) return 'aborted';
  if (step !== undefined) return stepText(rollout.steps[step], rollout);
  if (frame.phase === 'Degraded') return 'stuck: the progress deadline has passed';
  const target = frame.versions?.template ?? 'new';
  const stable = frame.versions?.stable ?? (frame.promoted ? 'new' : 'old');
  return stable === target ? `the ${target} version is the stable one` : `pods of the ${target} version start`;
}

const NEWEST_RELEASE = NEWEST.argoRollouts[0];

/** What goes wrong with a retry. Whether another one, or a newer release, does better is found out by planning it. */
function retryWarnings(rollout: RolloutModel, at: number, trace: Trace, world: World): string[] {
  const newest = { ...rollout, controller: controllerBehaviour(NEWEST_RELEASE) };
  const goesWrong = (one: Trace): string | undefined => {
    if (one.ending === 'aborted' && one.endedAt - at < 1) return 'aborted';
    const unjudged = one.ending === 'promoted' && !one.measurements.some(({ time }) => time >= at);
    return unjudged && allMetrics(rollout).length > 0 ? 'unjudged' : undefined;
  };
  const wrong = goesWrong(trace);
  if (wrong === undefined) return [];
  const upgrade =
    goesWrong(runUpdate(newest, world)) === undefined ? `, or upgrade Argo Rollouts to ${NEWEST_RELEASE}` : '';
  if (wrong === 'unjudged') {
    return [`the aborted version gets all traffic without any analysis; retry only after its pods are gone${upgrade}`];
  }
  const again: TimedAction = { at: at + PATIENCE_SECONDS, action: 'retry' };
  const second = runUpdate(rollout, { ...world, actions: [...(world.actions ?? []), again] });
  const advice =
    second.ending === 'promoted' ? 'retry again' : 'a further retry is aborted too, so change the pod template';
  return [`the retry is aborted at once by the analysis that failed before; ${advice}${upgrade}`];
}

function warningsOf(rollout: RolloutModel, event: InterruptingEvent, at: number, frames: readonly Frame[]): string[] {
  const warnings: string[] = [];
  const last = versionsIn(rollout, frames[frames.length - 1]);
  if (event === 'rollback' && last.shares.old < 100) {
    const share = percent(100 - last.shares.old);
    warnings.push(`${share} of the traffic stays with the new version: abort the update instead`);
  }
  const unserved = frames.reduce((sum, frame, i) => {
    const { shares, pods } = versionsIn(rollout, frame);
    // The share of a running experiment goes to its own pods.
    const lost = !frame.experiment?.running && VERSIONS.some((one) => shares[one] > 0 && pods[one] === 0);
    const until = frames[i + 1]?.time ?? frame.time;
    return lost && frame.time >= at ? sum + until - frame.time : sum;
  }, 0);
  if (unserved > 0) warnings.push(`requests go to a version without pods for ${lengthOfTime(unserved)}`);
  return warnings;
}
