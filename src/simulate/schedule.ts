import {
  type BesideUsers,
  canaryShare,
  disruptionOf,
  experimentShare,
  isOutage,
  LONGEST_TAIL,
  rpsBesideUsers,
  run,
  type AnalysisModel,
  type RolloutModel,
  type Trace,
  type World,
} from '../controller';

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
  readonly afterAbort: Tail;
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
      const { share, pods, active, beside, experiment, outage } = changes[changes.length - 1];
      const same = state.share === share && state.pods === pods && state.active === active && state.outage === outage;
      if (!same || state.experiment !== experiment || state.beside(1) !== beside(1))
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
      pods: frame.canary.available,
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

/** For an abort that completes normally. */
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
