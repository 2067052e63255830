import {
  type BesideUsers,
  canaryShare,
  rpsBesideUsers,
  run,
  type AnalysisModel,
  type RolloutModel,
  type Trace,
  type World,
} from '../controller';

/** What the canary has at a moment. */
export interface State {
  readonly share: number;
  readonly pods: number;
  readonly beside: (rps: number) => number;
}

/** What the rollout does at one step when nothing is measured: how long it stays, and the canary's share meanwhile. */
export interface Block {
  /** Undefined behind the last step. */
  readonly step?: number;
  /** Without the time of an analysis. */
  readonly seconds: number;
  /**
   * Ascending offsets in the block at which the canary's share of the traffic changes, as a part of 1, or the number of
   * its pods that serve; the first is at 0. `beside`: requests per second that it gets besides, while users make `rps`.
   */
  readonly changes: readonly ({ readonly at: number } & State)[];
  /** The step's own analysis, which begins with the block. */
  readonly analysis?: AnalysisModel;
  /** After an abort in this block: what the canary still gets until its weight is 0, a stretch of one share each. */
  readonly afterAbort: readonly { readonly seconds: number; readonly share: number }[];
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

const NOBODY_BESIDE = { headerShare: 0, mirrorShare: 0, previewRps: 0 };

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
  return indexes.map((index): Block => {
    // A stage of a blue-green rollout may be over in the same moment, unseen.
    const from = frames.find(({ stepIndex }) => index === undefined || stepIndex! >= index)!.time;
    const later = frames.find(
      ({ stepIndex, promoted }) => promoted || (index !== undefined && stepIndex! > index),
    )!.time;
    const step = index === rollout.steps.length ? undefined : index;
    const analysis = step === undefined ? undefined : rollout.steps[step].analysis;
    const changes = [{ at: 0, ...stateAt(rollout, frames, from, headerShare, besides) }];
    for (const { time } of frames) {
      if (time <= from || time >= later) continue;
      const state = stateAt(rollout, frames, time, headerShare, besides);
      const { share, pods, beside } = changes[changes.length - 1];
      if (state.share !== share || state.pods !== pods || state.beside(1) !== beside(1))
        changes.push({ at: time - from, ...state });
    }
    return {
      step,
      seconds: analysis ? 0 : later - from,
      changes,
      analysis,
      afterAbort: rollout.dynamicStableScale ? tailAfterAbort(rollout, world, (from + later) / 2) : [],
    };
  });
}

/** The share and the pods after everything that happens at a moment. */
function stateAt(
  rollout: RolloutModel,
  frames: Trace['frames'],
  time: number,
  headerShare: number,
  besides: BesideUsers,
): State {
  let state: State = { share: 0, pods: 0, beside: () => 0 };
  for (const frame of frames) {
    if (frame.time > time || frame.promoted) break;
    state = {
      share: canaryShare(rollout, frame, headerShare),
      pods: frame.canary.available,
      beside: (rps) => rpsBesideUsers(rollout, frame, rps, besides),
    };
  }
  return state;
}

/** An abort that takes longer than this to give all traffic back never does. */
const LONGEST_TAIL = 3600;

/** With dynamicStableScale the canary keeps traffic until the stable pods are back, which start as all pods do. */
function tailAfterAbort(rollout: RolloutModel, world: World, at: number): { seconds: number; share: number }[] {
  const { frames } = run(rollout, { ...world, actions: [{ at, action: 'abort' }] });
  return frames.flatMap(({ time, weight, promoted }, i) => {
    const share = weight / rollout.maxTrafficWeight;
    const next = frames[i + 1]?.time ?? (share > 0 ? at + LONGEST_TAIL : time);
    return time < at || promoted || next <= time ? [] : { seconds: next - time, share };
  });
}
