import type { MetricModel, RolloutModel, RunPhase } from '../controller';
import { FastRun, type Sample } from './fast-run';
import type { Block } from './schedule';

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
  let change = 0;
  const pass = (to: number): void => {
    const { changes } = block;
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
  const ended = (outcome: Outcome, by: FastRun | undefined): Ended => {
    const at = now;
    const abortIncomplete = outcome === 'aborted' && block.afterAbort.incomplete;
    if (outcome === 'aborted') {
      // Traffic goes on until the router has taken it back.
      for (const { seconds, share } of block.afterAbort.stretches) {
        flow(now, now + seconds, share);
        exposure += seconds * share;
        now += seconds;
      }
      outageSeconds += block.afterAbort.outageSeconds;
    }
    return { outcome, at, exposure, step: block.step, decidedBy: by?.decidedBy, outageSeconds, abortIncomplete };
  };

  for (block of blocks) {
    begin = now;
    change = 0;
    podsAre(block.changes[0].pods, block.changes[0].active);
    // Without steps there is no index that could lie before the starting step.
    const index = rollout.steps.length === 0 ? Infinity : (block.step ?? rollout.steps.length);
    if (background && running === undefined && index >= (background.startingStep ?? 0)) {
      running = new FastRun(background.analysis, now);
    }
    const inline = block.analysis && new FastRun(block.analysis, now, block.step);
    const end = inline ? Infinity : begin + block.seconds;
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
      if (aborts(verdict) || aborts(worst)) return ended('aborted', aborts(verdict) ? running : inline);
      // Behind the last step all pods exist already: a pause holds nothing back any more.
      if (verdict === 'Inconclusive' && block.step !== undefined) return ended('paused', running);
      if (worst === 'Inconclusive') return ended('paused', inline);
      if (worst === 'Successful') break;
    }
    if (!inline) pass(end);
    // An inline analysis without an end: nothing is due any more, and the step never completes.
    else if (inline.phase === 'Running') return ended('paused', undefined);
  }
  return { outcome: 'promoted', at: now, exposure, outageSeconds, abortIncomplete: false };
}
