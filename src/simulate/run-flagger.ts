import { type BesideUsers, rpsBesideUsers, runFlagger, type RolloutModel, type Trace, type World } from '../controller';
import type { Sample } from './fast-run';
import type { Ended, Flow } from './run';
import { NOBODY_BESIDE } from './schedule';

/** A Flagger Canary made ready to be walked through. */
export interface FlaggerPath {
  /** What becomes of a healthy version. */
  readonly healthy: Trace;
  /** When the canary's pods are there. */
  readonly ready: number;
  readonly run: (sample: Sample, flow: Flow, podsAre: (count: number) => void) => Ended;
}

/** Takes what a healthy version's run says about pods and the promotion; the looks between depend on the checks. */
export function flaggerPath(rollout: RolloutModel, world: World, besides: BesideUsers = NOBODY_BESIDE): FlaggerPath {
  const { interval, threshold, stages, metrics, skipsAnalysis } = rollout.flagger!;
  const healthy = runFlagger(rollout, world);
  const ready = healthy.frames.find(({ canary }) => canary.available > 0)?.time ?? 0;
  const copying = healthy.frames.find(({ stepIndex }) => stepIndex === stages.length)?.time ?? 0;
  const promotion = healthy.endedAt - copying;
  const first = Math.max(1, Math.ceil(ready / interval)) * interval;

  const run: FlaggerPath['run'] = (sample, flow, podsAre) => {
    let now = 0;
    let exposure = 0;
    let stage = -1;
    let failed = 0;
    const share = (): number => (stage < 0 ? 0 : stages[stage] / 100);
    const mirroring = healthy.frames.find(({ routes }) => routes.length > 0);
    const copies = (rps: number): number => (mirroring ? rpsBesideUsers(rollout, mirroring, rps, besides) : 0);
    const pass = (to: number): void => {
      if (to > now) flow(now, to, share(), stage === 0 ? copies : undefined);
      exposure += (to - now) * share();
      now = to;
    };
    const ended = (outcome: Ended['outcome']): Ended => ({
      outcome,
      at: now,
      exposure,
      step: Math.max(0, stage),
      // Flagger never takes a pod of the primary away.
      outageSeconds: 0,
      abortIncomplete: false,
    });
    pass(ready);
    podsAre(rollout.replicas);
    for (let look = first; ; look += interval) {
      pass(look);
      if (skipsAnalysis) return ended('promoted');
      if (failed >= threshold) return ended('aborted');
      if (stage >= 0 && !metrics.every((metric) => sample(metric, now, undefined) === 'Successful')) {
        failed++;
        continue;
      }
      if (stage < stages.length - 1) {
        stage++;
        continue;
      }
      pass(now + promotion);
      return ended('promoted');
    }
  };
  return { healthy, ready, run };
}
