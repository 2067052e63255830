import type { MetricModel, RolloutModel, RunPhase } from '../controller';
import { FastRun, type Sample } from './fast-run';
import type { Block, Rest } from './schedule';

/** Called with the canary's share for each period, its additional requests at the users' rate, and the share of an experiment. */
export type Flow = (
  from: number,
  to: number,
  share: number,
  beside?: (rps: number) => number,
  experiment?: number,
) => void;

/** Called with the number of the canary's pods, and whether the active Service of a blue-green rollout selects them. */
export type PodsAre = (count: number, active?: boolean) => void;

export type Outcome = 'promoted' | 'aborted' | 'paused';

/** How one simulated update ended. */
export interface Ended {
  readonly outcome: Outcome;
  /** Seconds from the change of the template. */
  readonly at: number;
  /** Seconds of the whole service's traffic that the canary got. */
  readonly exposure: number;
  /** The step at which it ended; undefined behind the last. */
  readonly step?: number;
  /** The metric that ended it; undefined for a promotion. */
  readonly decidedBy?: MetricModel;
  /** Seconds during which no pod of either version served; Infinity where that does not end by itself. */
  readonly outageSeconds: number;
  /** The abort never gives all traffic back. */
  readonly abortIncomplete: boolean;
}

/** An analysis of a step that is under way ends after this many seconds at the latest. */
export const LATE = 7 * 24 * 3600;

const aborts = (phase: RunPhase): boolean => phase === 'Failed' || phase === 'Error';

/**
 * Walks one update through its blocks, with measurements taken by `sample`. `flow` is called with the canary's share
 * for each period.
 */
export function runBlocks(
  rollout: RolloutModel,
  blocks: readonly Block[],
  sample: Sample,
  flow: Flow,
  podsAre: PodsAre,
): Ended {
  const { background } = rollout;
  let now = 0;
  let exposure = 0;
  let outageSeconds = 0;
  let running: FastRun | undefined;

  let [block] = blocks;
  let begin = 0;
  let changes: Block['changes'] = [];
  let change = 0;
  const enter = (given: Block['changes']): void => {
    begin = now;
    changes = given;
    change = 0;
    podsAre(changes[0].pods, changes[0].active);
  };
  const pass = (to: number): void => {
    while (now < to) {
      const { share, beside, experiment, outage } = changes[change];
      const changeAt = change + 1 < changes.length ? begin + changes[change + 1].at : Infinity;
      const next = changeAt < to ? Math.max(now, changeAt) : to;
      if (next > now) flow(now, next, share, beside, experiment);
      exposure += (next - now) * share;
      if (outage) outageSeconds += next - now;
      now = next;
      if (now >= changeAt) {
        change++;
        podsAre(changes[change].pods, changes[change].active);
      }
    }
  };
  const ended = (outcome: Outcome, by: FastRun | undefined, at = now): Ended => {
    let abortIncomplete = false;
    if (outcome === 'aborted') {
      const tail = block.afterAbort(now - begin, by === running);
      abortIncomplete = tail.incomplete;
      // Traffic goes on until the router has taken it back.
      for (const { seconds, share } of tail.stretches) {
        flow(now, now + seconds, share);
        exposure += seconds * share;
        now += seconds;
      }
      outageSeconds += tail.outageSeconds;
    }
    return { outcome, at, exposure, step: block.step, decidedBy: by?.decidedBy, outageSeconds, abortIncomplete };
  };
  const promoted = (): Ended => ({ outcome: 'promoted', at: now, exposure, outageSeconds, abortIncomplete: false });
  // A pause does not hold back an update whose pods exist already.
  const promotedAnyway = ({ seconds, changes: rest }: Rest): Ended => {
    enter(rest);
    pass(begin + seconds);
    return promoted();
  };

  for (block of blocks) {
    enter(block.changes);
    // Without steps there is no index that could lie before the starting step.
    const index = rollout.steps.length === 0 ? Infinity : (block.step ?? rollout.steps.length);
    if (background && running === undefined && index >= (background.startingStep ?? 0)) {
      running = new FastRun(background.analysis, now);
    }
    const inline = block.analysis && new FastRun(block.analysis, now, block.step);
    const end = inline ? Infinity : begin + block.seconds;
    let stalled: number | undefined;
    for (;;) {
      const nextBackground = running?.phase === 'Running' ? running.next(now) : Infinity;
      const nextInline = inline ? inline.next(now) : Infinity;
      const next = Math.min(nextBackground, nextInline);
      if (next > end || next === Infinity) break;
      pass(next);
      let verdict: RunPhase = 'Running';
      if (nextBackground <= next) verdict = running!.measure(now, sample);
      if (nextInline <= next) inline!.measure(now, sample);
      const worst = inline && nextInline <= next ? inline.phase : 'Running';
      if (aborts(verdict)) return ended('aborted', running);
      if (verdict === 'Inconclusive') stalled = now;
      if (stalled === undefined) {
        if (aborts(worst)) return ended('aborted', inline);
        if (worst === 'Inconclusive') return ended('paused', inline);
        if (worst === 'Successful') break;
        continue;
      }
      if (stalled === now && aborts(worst)) return ended('aborted', inline);
      // While the rollout is paused, the controller takes note of the success of a step's analysis only.
      const undecided = inline?.phase === 'Running';
      const goesOn = !inline || undecided || worst === 'Successful';
      const rest = goesOn && block.afterInconclusive(stalled - begin, undecided ? LATE : inline && now - begin);
      if (!rest) return ended('paused', running, stalled);
      if (!undecided) return promotedAnyway(rest);
    }
    if (!inline) pass(end);
    // An inline analysis without an end: nothing is due any more, and the step never completes.
    else if (inline.phase === 'Running') return ended('paused', undefined);
  }
  return promoted();
}
