import { run, type AnalysisModel, type RolloutModel, type Trace, type World } from '../plan';

/** What the rollout does at one step when nothing is measured: how long it stays, and the canary's share meanwhile. */
export interface Block {
  /** Undefined behind the last step. */
  readonly step?: number;
  /** Without the time of an analysis. */
  readonly seconds: number;
  /** Ascending offsets in the block at which the share changes, as parts of 1. */
  readonly shares: readonly { readonly at: number; readonly share: number }[];
  /** Offset at which the first canary pod is available, if it is in this block. */
  readonly canaryAt?: number;
  /** The step's own analysis, which begins with the block. */
  readonly analysis?: AnalysisModel;
  /** After an abort in this block: the share that canary still gets, added up over time in seconds. */
  readonly afterAbort: number;
}

/** A rollout whose healthy version never gets through cannot be simulated. */
export class NeverPromoted extends Error {
  constructor(
    readonly rollout: RolloutModel,
    trace: Trace,
  ) {
    super(
      `even a healthy version of '${rollout.name}' is never promoted (${trace.ending}: ${trace.message}); mend the rollout first, 'plan' shows where it stops`,
    );
    this.name = 'NeverPromoted';
  }
}

/** Cuts a healthy run of the controllers into blocks, one for each step and one for the promotion. */
export function scheduleOf(rollout: RolloutModel, podReady: World['podReady'], personAfter: number): Block[] {
  const world: World = {
    measure: () => ({ phase: 'Successful' }),
    podReady,
    person: (reason) => (reason === 'SpecPaused' ? undefined : { after: personAfter, action: 'promote' }),
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
    const shares = [{ at: 0, share: shareAt(rollout, frames, from) }];
    for (const { time } of frames) {
      const share = shareAt(rollout, frames, time);
      const changed = share !== shares[shares.length - 1].share;
      if (time > from && time < later && changed) shares.push({ at: time - from, share });
    }
    const canary = frames.find((frame) => frame.canary.available > 0)!.time;
    return {
      step,
      seconds: analysis ? 0 : later - from,
      shares,
      canaryAt:
        canary >= from && (canary < later || index === undefined || step === undefined) ? canary - from : undefined,
      analysis,
      afterAbort: rollout.dynamicStableScale ? tailAfterAbort(rollout, world, (from + later) / 2) : 0,
    };
  });
}

/** The share after everything that happens at a moment. */
function shareAt(rollout: RolloutModel, frames: Trace['frames'], time: number): number {
  let weight = 0;
  for (const frame of frames) if (frame.time <= time && !frame.promoted) ({ weight } = frame);
  return weight / rollout.maxTrafficWeight;
}

/** With dynamicStableScale the canary keeps traffic until the stable pods are back. */
function tailAfterAbort(rollout: RolloutModel, world: World, at: number): number {
  const { frames } = run(rollout, { ...world, actions: [{ at, action: 'abort' }] });
  return frames.reduce((sum, { time, weight, promoted }, i) => {
    const next = frames[i + 1]?.time ?? time;
    return time < at || promoted ? sum : sum + (next - time) * (weight / rollout.maxTrafficWeight);
  }, 0);
}
