/** A number with three significant digits: more than that no spread allows. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

/** The value below which a share of the values lies, by linear interpolation; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

export const mean = (values: readonly number[]): number => sum(values) / values.length;

export const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** A share in per cent, with three significant digits. */
export const inPercent = (share: number): string => `${rounded(share * 100)} %`;

/** Seconds as people write them: `85 ms`, `1.2 s`. */
export const inSeconds = (seconds: number): string =>
  seconds < 1 ? `${rounded(seconds * 1000)} ms` : `${rounded(seconds)} s`;
