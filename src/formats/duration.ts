import type { Duration } from 'cdk8s';
import { writeSeconds } from './go-duration';

/**
 * Writes a duration as both Go's `time.ParseDuration` and PromQL read it: `5m`, `1h30m`, `250ms`.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function writeDuration(duration: Duration): string {
  return writeSeconds(duration.toMilliseconds() / 1000);
}

/** The problem of a duration that must be longer than zero, or undefined. */
export function positiveDurationProblem(name: string, duration: Duration | undefined): string | undefined {
  if (duration === undefined || duration.toMilliseconds() > 0) return undefined;
  return `${name} is a duration of zero; give at least one second`;
}

/** The problem of a duration that Kubernetes or Argo Rollouts takes in whole seconds, or undefined. */
export function wholeSecondsProblem(name: string, duration: Duration | undefined): string | undefined {
  if (duration === undefined || Number.isInteger(seconds(duration))) return undefined;
  return `${name} is ${writeDuration(duration)}; give whole seconds`;
}

/** A duration in seconds, with its fraction. Durations that must be whole are refused beforehand. */
export function seconds(duration: Duration): number {
  // 205 ms are 0.205 s, not 0.20500000000000002 s.
  return Number((duration.toMilliseconds({ integral: false }) / 1000).toPrecision(12));
}
