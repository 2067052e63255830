import { allMetrics } from '../controller';
import { healthyProfile, type TrafficProfile } from '../traffic-model';
import type { Simulator } from './montecarlo';
import { share, type Share } from './statistics';

/** What one check would do if it were the only one that could stop an update. */
export interface CheckAlone {
  readonly check: string;
  /** Healthy versions that it stops: aborts and pauses. */
  readonly falseAlarm: Share;
  /** Bad versions that it stops. */
  readonly caught: Share;
}

/** A rollout with a single check is its own family. */
export const checkNames = ({ rollout }: Simulator): string[] => [
  ...new Set(allMetrics(rollout).map(({ name }) => name)),
];

/**
 * Each check by itself: the others succeed, so that the update goes at the same pace. What all of them do together is not
 * the sum: they see the same requests, and the first to fail decides.
 */
export function checksAlone(simulator: Simulator, profile: TrafficProfile, runs: number, seed: number): CheckAlone[] {
  const healthy = healthyProfile(profile);
  return checkNames(simulator).map((check) => {
    const alone = simulator.alone(check);
    return {
      check,
      falseAlarm: stoppedShare(alone, healthy, runs, seed),
      caught: stoppedShare(alone, profile, runs, seed + 1),
    };
  });
}

/** The share of updates that do not get through: computed where that can be done, drawn elsewhere. */
export function stoppedShare(simulator: Simulator, profile: TrafficProfile, runs: number, seed: number): Share {
  const exact = simulator.exactly(profile);
  if (exact) {
    const value = exact.aborted + exact.paused;
    return { value, low: value, high: value };
  }
  const { counts } = simulator.sample(profile, runs, seed);
  return share(runs - counts.promoted, runs);
}
