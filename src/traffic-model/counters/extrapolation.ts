import type { Growth } from '../query/compile';

/** The samples of a counter in a window: the values of the first and the last, and their times in seconds. */
export interface SampledGrowth {
  readonly begin: number;
  readonly end: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Number of intervals between samples. */
  readonly intervals: number;
}

/** Scrapes are at whole milliseconds. Rounding errors of their differences would decide where a value lies on a limit. */
const inMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/**
 * The growth of samples by `increase()`, `rate()` or `delta()`: extrapolated to the window, by the same operations in the
 * same order as in Prometheus.
 *
 * @param caps whether the release extrapolates no further than where the counter was zero, however far the window reaches
 * @see https://github.com/prometheus/prometheus/blob/main/promql/functions.go
 */
export function extrapolatedGrowth(
  { begin, end, firstAt, lastAt, intervals }: SampledGrowth,
  { over, window, now, caps }: Growth & { readonly caps: boolean },
): number {
  const grown = end - begin;
  const sampled = inMilliseconds(lastAt - firstAt);
  const average = sampled / intervals;
  const threshold = average * 1.1;
  let toStart = inMilliseconds(firstAt - (now - window));
  let toEnd = inMilliseconds(now - lastAt);
  // Only a counter is known to have begun at zero.
  const toZero = over !== 'delta' && grown > 0 && begin >= 0 ? sampled * (begin / grown) : Infinity;
  if (!caps) toStart = Math.min(toStart, toZero);
  if (toStart >= threshold) toStart = average / 2;
  if (caps) toStart = Math.min(toStart, toZero);
  if (toEnd >= threshold) toEnd = average / 2;
  const factor = (sampled + toStart + toEnd) / sampled;
  return grown * (over === 'rate' ? factor / window : factor);
}
