import type { Duration } from 'cdk8s';

const UNITS: readonly [unit: string, milliseconds: number][] = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

/**
 * A duration as Go's `time.ParseDuration` and PromQL both read it: `5m`, `1h30m`, `250ms`.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function writeDuration(duration: Duration): string {
  let rest = duration.toMilliseconds();
  if (rest === 0) return '0s';
  let text = '';
  for (const [unit, size] of UNITS) {
    const whole = Math.floor(rest / size);
    if (whole > 0) text += `${whole}${unit}`;
    rest -= whole * size;
  }
  return text;
}

/** What is wrong with a duration that must be longer than nothing, or undefined. */
export function positiveDurationProblem(name: string, duration: Duration | undefined): string | undefined {
  if (duration === undefined || duration.toMilliseconds() > 0) return undefined;
  return `${name} is a duration of zero; give at least one second, such as Duration.minutes(5)`;
}

/** What is wrong with a duration that Kubernetes or Argo Rollouts takes in whole seconds, or undefined. */
export function wholeSecondsProblem(name: string, duration: Duration | undefined): string | undefined {
  if (duration === undefined || Number.isInteger(seconds(duration))) return undefined;
  return `${name} is ${writeDuration(duration)}; give whole seconds`;
}

/** A duration in seconds, with a fraction where it has one: those that must be whole are refused beforehand. */
export function seconds(duration: Duration): number {
  return duration.toSeconds({ integral: false });
}
