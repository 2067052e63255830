import {
  type BesideUsers,
  canaryShare,
  experimentShare,
  isOutage,
  rpsBesideUsers,
  run,
  type AnalysisModel,
  type RolloutModel,
  type Trace,
  type World,
} from '../controller';
import { Aftermath, type Tail } from './aftermath';

/** The state of the canary at a time. */
export interface State {
  /** Of the traffic, as a part of 1. */
  readonly share: number;
  /** Those that serve. */
  readonly pods: number;
  /** Whether the active Service of a blue-green rollout selects them. */
  readonly active: boolean;
  /** Requests per second that it gets besides, while users make so many. */
  readonly beside: (rps: number) => number;
  /** Of its share, the part that the pods of an experiment get. */
  readonly experiment: number;
  /** Whether traffic goes to a version without serving pods. */
  readonly outage: boolean;
}

/** What the rollout does at one step when nothing is measured: how long it stays, and the canary's share meanwhile. */
export interface Block {
  /** Undefined behind the last step. */
  readonly step?: number;
  /** Without the time of an analysis. */
  readonly seconds: number;
  /**
   * Ascending offsets in the block at which something changes; the first is at 0.
   */
  readonly changes: readonly ({ readonly at: number } & State)[];
  /** The step's own analysis, which begins with the block. */
  readonly analysis?: AnalysisModel;
  /** What follows an abort so many seconds after the block began, by the step's own analysis or the one in the background. */
  readonly afterAbort: (offset: number, background: boolean) => Tail;
  /**
   * What follows a background analysis that ends inconclusive so many seconds after the block began: the rest of the
   * update, if it is promoted all the same. Undefined: it stays paused.
   *
   * @param inlineSeconds how long the step's own analysis takes until it succeeds
   */
  readonly afterInconclusive: (offset: number, inlineSeconds?: number) => Rest | undefined;
  /** When the block begins in a healthy update, in seconds. */
  readonly from: number;
}

/** The rest of an update that is promoted. */
export interface Rest {
  readonly seconds: number;
  readonly changes: Block['changes'];
}

/** A rollout whose healthy version never gets through cannot be simulated. */
export class NeverPromoted extends Error {
  constructor(
    readonly rollout: RolloutModel,
    trace: Trace,
  ) {
    super(
      `even a healthy version of '${rollout.name}' is never promoted (${trace.ending}: ${trace.message}); fix the rollout first: plan shows where it stops`,
    );
    this.name = 'NeverPromoted';
  }
}

/** Users reach the new version by its weight alone. */
export const NOBODY_BESIDE = { headerShare: 0, mirrorShare: 0, previewRps: 0 };

/** Cuts a healthy run of the controllers into blocks, one for each step and one for the promotion. */
export function scheduleOf(
  rollout: RolloutModel,
  podReady: World['podReady'],
  approvalAfter: number,
  { headerShare, ...besides }: BesideUsers & { readonly headerShare: number } = NOBODY_BESIDE,
): Block[] {
  const world: World = {
    measure: () => ({ phase: 'Successful' }),
    podReady,
    person: (reason) => (reason === 'SpecPaused' ? undefined : { after: approvalAfter, action: 'promote' }),
  };
  const trace = run(rollout, world);
  if (trace.ending !== 'promoted') throw new NeverPromoted(rollout, trace);
  const { frames } = trace;
  const indexes: (number | undefined)[] =
    rollout.steps.length === 0 ? [undefined] : [...rollout.steps.map((_, i) => i), rollout.steps.length];
  // A stage of a blue-green rollout may be over in the same moment, unseen.
  const beginOf = (index: number | undefined): number =>
    frames.find(({ stepIndex }) => index === undefined || stepIndex! >= index)!.time;
  const changesOf = ({ frames: seen }: Trace, from: number, to: number): Block['changes'] => {
    const changes = [{ at: 0, ...stateAt(rollout, seen, from, headerShare, besides) }];
    for (const { time } of seen) {
      if (time <= from || time >= to) continue;
      const state = stateAt(rollout, seen, time, headerShare, besides);
      const { share, pods, active, beside, experiment, outage } = changes[changes.length - 1];
      const same = state.share === share && state.pods === pods && state.active === active && state.outage === outage;
      if (!same || state.experiment !== experiment || state.beside(1) !== beside(1))
        changes.push({ at: time - from, ...state });
    }
    return changes;
  };
  const start = rollout.background?.startingStep ?? 0;
  const backgroundFrom = beginOf(indexes.find((index) => index === undefined || index >= start));
  const aftermath = new Aftermath(rollout, world, backgroundFrom);
  return indexes.map((index): Block => {
    const from = beginOf(index);
    const later = frames.find(
      ({ stepIndex, promoted }) => promoted || (index !== undefined && stepIndex! > index),
    )!.time;
    const step = index === rollout.steps.length ? undefined : index;
    const analysis = step === undefined ? undefined : rollout.steps[step].analysis;
    // A verdict at the end of a block comes at the same moment as the next step.
    const momentOf = (offset: number): number =>
      analysis === undefined && offset >= later - from ? later : from + offset;
    return {
      step,
      from,
      seconds: analysis ? 0 : later - from,
      changes: changesOf(trace, from, later),
      analysis,
      afterAbort: memoized((offset, background) =>
        aftermath.ofAbort(momentOf(offset), background ? undefined : step, step, from),
      ),
      afterInconclusive: memoized((offset, inlineSeconds) => {
        const at = momentOf(offset);
        const rest = aftermath.ofInconclusive(at, step, inlineSeconds);
        if (rest.ending !== 'promoted') return undefined;
        return { seconds: rest.endedAt - at, changes: changesOf(rest, at, rest.endedAt) };
      }),
    };
  });
}

/** Differences of times below this come from their arithmetic, in parts of a second. */
const PARTS_OF_SECOND = 1e6;

/** The same function, which knows its values: verdicts come at few different times of a step. */
function memoized<T, Result>(of: (offset: number, more: T) => Result): (offset: number, more: T) => Result {
  const known = new Map<string, Result>();
  return (offset, more) => {
    const rounded = Math.round(offset * PARTS_OF_SECOND) / PARTS_OF_SECOND;
    const key = `${rounded} ${String(more)}`;
    if (!known.has(key)) known.set(key, of(rounded, more));
    return known.get(key)!;
  };
}

/** The canary after everything that happens at a moment. */
function stateAt(
  rollout: RolloutModel,
  frames: Trace['frames'],
  time: number,
  headerShare: number,
  besides: BesideUsers,
): State {
  let state: State = { share: 0, pods: 0, active: false, beside: () => 0, experiment: 0, outage: false };
  for (const frame of frames) {
    if (frame.time > time || frame.promoted) break;
    state = {
      share: canaryShare(rollout, frame, headerShare),
      pods: frame.canary.available + (frame.experiment?.canary.available ?? 0),
      active: rollout.blueGreen !== undefined && frame.selects.stable === 'new',
      experiment: experimentShare(rollout, frame, headerShare),
      beside: remembered((rps) => rpsBesideUsers(rollout, frame, rps, besides)),
      outage: isOutage(rollout, frame),
    };
  }
  return state;
}

/** The same function, which knows its latest value: traffic rarely changes. */
function remembered(of: (rps: number) => number): (rps: number) => number {
  let latest = NaN;
  let value = 0;
  return (rps) => {
    if (rps !== latest) {
      latest = rps;
      value = of(rps);
    }
    return value;
  };
}
