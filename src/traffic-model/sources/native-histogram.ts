/** The buckets of native histograms, as a client library with a given growth makes them. */
export interface NativeBuckets {
  /** Each bucket's upper bound is 2^(2^-schema) times that of the one before it. */
  readonly schema: number;
  /** The number of the first bucket: its upper bound is 2^(first · 2^-schema). */
  readonly first: number;
  /** Upper bounds in the unit of the metric, ascending. Durations beyond the last are not told apart. */
  readonly bounds: readonly number[];
}

/** A native histogram, as a process has counted so far. */
export interface NativeHistogram {
  readonly schema: number;
  /** The number of the first bucket. */
  readonly first: number;
  /** How many values each bucket has, those of a counter that only grows. */
  readonly counts: readonly number[];
  readonly count: number;
  readonly sum: number;
}

/** Durations that histograms tell apart, as powers of two of seconds: from 60 µs to 17 minutes. */
const [FASTEST, SLOWEST] = [-14, 10];

/**
 * The buckets of a native histogram.
 *
 * @param growth the greatest factor from one bound to the next
 * @param factor units of the metric in a second: 1000 for milliseconds
 * @see https://prometheus.io/docs/specs/native_histograms/#schema
 */
export function nativeBuckets(growth: number, factor: number): NativeBuckets {
  const schema = Math.min(8, Math.max(-4, -Math.floor(Math.log2(Math.log2(growth)))));
  const inOctave = 2 ** schema;
  const shift = Math.log2(factor);
  const first = Math.ceil((FASTEST + shift) * inOctave);
  const last = Math.ceil((SLOWEST + shift) * inOctave);
  const bounds = Array.from({ length: last - first + 1 }, (_, i) => 2 ** ((first + i) / inOctave));
  return { schema, first, bounds };
}
