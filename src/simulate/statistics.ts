/** A share with its 95 % interval. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const Z95 = 1.959963984540054;

/** Wilson's interval: right also for shares near 0 and 1, and for 0 and all of so many. */
export function share(count: number, of: number): Share {
  if (of === 0) return { value: NaN, low: 0, high: 1 };
  const p = count / of;
  const z2 = Z95 ** 2;
  const middle = (p + z2 / (2 * of)) / (1 + z2 / of);
  const half = (Z95 / (1 + z2 / of)) * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of));
  return { value: p, low: count === 0 ? 0 : middle - half, high: count === of ? 1 : middle + half };
}

export function mean(values: Float64Array | readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The quantile of ascending values: the smallest that at least that share does not exceed. */
export function quantile(ascending: ArrayLike<number>, level: number): number {
  if (ascending.length === 0) return NaN;
  return ascending[Math.min(ascending.length - 1, Math.max(0, Math.ceil(level * ascending.length) - 1))];
}
