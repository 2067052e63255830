import {
  canaryShare,
  disruptionOf,
  isOutage,
  LONGEST_TAIL,
  run,
  type AnalysisModel,
  type RolloutModel,
  type Trace,
  type World,
} from '../controller';

/** What the rollout does at one step when nothing is measured: how long it stays, and the canary's share meanwhile. */
export interface Block {
  /** Undefined behind the last step. */
  readonly step?: number;
  /** Without the time of an analysis. */
  readonly seconds: number;
  /**
   * Ascending offsets in the block at which something changes; the first is at 0.
   */
  readonly changes: readonly (State & { readonly at: number })[];
  /** The step's own analysis, which begins with the block. */
  readonly analysis?: AnalysisModel;
  readonly afterAbort: Tail;
}

/** What the canary is at a moment. */
interface State {
  /** Of the traffic, as a part of 1. */
  readonly share: number;
  /** Those that serve. */
  readonly pods: number;
  /** No pod of either version serves. */
  readonly outage: boolean;
}

/** What follows an abort. */
export interface Tail {
  /** What the canary still gets until its weight is 0, a stretch of one share each. */
  readonly stretches: readonly { readonly seconds: number; readonly share: number }[];
  /** Seconds during which no pod of either version serves; Infinity where it does not end by itself. */
  readonly outageSeconds: number;
  /** Never is its weight 0. */
  readonly incomplete: boolean;
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

/** Cuts a healthy run of the controllers into blocks, one for each step and one for the promotion. */
export function scheduleOf(
  rollout: RolloutModel,
  podReady: World['podReady'],
  approvalAfter: number,
  headerShare = 0,
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
  return indexes.map((index): Block => {
    const from = frames.find(({ stepIndex }) => stepIndex === index)!.time;
    const later = frames.find(
      ({ stepIndex, promoted }) => promoted || (index !== undefined && stepIndex! > index),
    )!.time;
    const step = index === rollout.steps.length ? undefined : index;
    const analysis = step === undefined ? undefined : rollout.steps[step].analysis;
    const changes = [{ at: 0, ...stateAt(rollout, frames, from, headerShare) }];
    for (const { time } of frames) {
      if (time <= from || time >= later) continue;
      const state = stateAt(rollout, frames, time, headerShare);
      const { share, pods, outage } = changes[changes.length - 1];
      if (state.share !== share || state.pods !== pods || state.outage !== outage)
        changes.push({ at: time - from, ...state });
    }
    return {
      step,
      seconds: analysis ? 0 : later - from,
      changes,
      analysis,
      afterAbort: tailAfterAbort(rollout, world, (from + later) / 2),
    };
  });
}

/** The canary after everything that happens at a moment. */
function stateAt(rollout: RolloutModel, frames: Trace['frames'], time: number, headerShare: number): State {
  let share = 0;
  let pods = 0;
  let outage = false;
  for (const frame of frames) {
    if (frame.time > time || frame.promoted) break;
    share = canaryShare(rollout, frame, headerShare);
    pods = frame.canary.available;
    outage = isOutage(rollout, frame);
  }
  return { share, pods, outage };
}

/** Of an abort after which nothing is amiss. */
const NO_TAIL: Tail = { stretches: [], outageSeconds: 0, incomplete: false };

/**
 * With dynamicStableScale the canary keeps traffic until the stable pods are back, which start as all pods do. Without a
 * router the stable version may have lost pods, too. All other aborts give all traffic back at once.
 */
function tailAfterAbort(rollout: RolloutModel, world: World, at: number): Tail {
  const { dynamicStableScale, trafficRouting, maxTrafficWeight } = rollout;
  if (!dynamicStableScale && trafficRouting !== undefined) return NO_TAIL;
  const { frames } = run(rollout, { ...world, actions: [{ at, action: 'abort' }] });
  const after = frames.filter(({ aborted }) => aborted);
  const { outageSeconds, abortIncomplete } = disruptionOf(rollout, after.length === 0 ? frames.slice(-1) : after);
  const stretches = frames.flatMap(({ time, weight, promoted }, i) => {
    const share = weight / maxTrafficWeight;
    const next = frames[i + 1]?.time ?? (share > 0 ? at + LONGEST_TAIL : time);
    return time < at || promoted || next <= time ? [] : { seconds: next - time, share };
  });
  return { stretches, outageSeconds: outageSeconds ?? Infinity, incomplete: abortIncomplete };
}
