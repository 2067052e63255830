import type { RolloutModel, World } from '../controller';
import type { Sample } from './fast-run';
import { NeverPromoted, scheduleOf, type Block } from './schedule';
import { flaggerPath } from './run-flagger';
import { runBlocks, type Ended, type Flow, type PodsAre } from './run';

/** How an update goes when its pods start at given times: all that is left open are the measurements. */
export interface Path {
  readonly run: (sample: Sample, flow: Flow, podsAre: PodsAre) => Ended;
  /** Seconds at which, or after which, something changes. */
  readonly times: readonly number[];
  /** Undefined where Flagger decides. */
  readonly blocks?: readonly Block[];
}

/** The path through an update. Throws NeverPromoted. */
export function pathThrough(
  rollout: RolloutModel,
  podReady: World['podReady'],
  approvalAfter: number,
  besides?: Parameters<typeof scheduleOf>[3],
): Path {
  const { flagger } = rollout;
  if (flagger === undefined) {
    const blocks = scheduleOf(rollout, podReady, approvalAfter, besides);
    return {
      run: (sample, flow, podsAre) => runBlocks(rollout, blocks, sample, flow, podsAre),
      times: blocks.flatMap(({ seconds, changes }) => [seconds, ...changes.map(({ at }) => at)]),
      blocks,
    };
  }
  const starts = Array.from({ length: 2 * rollout.replicas }, (_, i) => podReady('new', i));
  const world: World = { podReady: (_, i) => starts[i], measure: () => ({ phase: 'Successful' }) };
  const traced = flaggerPath(rollout, world, besides);
  if (traced.healthy.ending !== 'promoted') throw new NeverPromoted(rollout, traced.healthy);
  return { run: traced.run, times: [flagger.interval, traced.ready] };
}
