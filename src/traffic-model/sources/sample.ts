import type { Resource } from './resources';

/** A label set without the metric's name. */
export type SampleLabels = Readonly<Record<string, string>>;

/** The outcome of the requests that a series counts, or any. */
export type CountedOutcome = 'succeeded' | 'failed' | 'any';

/**
 * What of the requests a series counts: how many, their seconds, those no slower than a bound in seconds, or all of it in
 * a native histogram.
 */
export type CountedPart = 'count' | 'seconds' | 'histogram' | { readonly upTo: number };

/** What a series shows. */
export type Shown =
  | {
      readonly type: 'requests';
      readonly outcome: CountedOutcome;
      readonly part: CountedPart;
      /** Factor for seconds: 1000 if the metric is in milliseconds. */
      readonly factor: number;
      /**
       * When the series appears: with the process, with the first such request, or with the first such request unless
       * the profile states that counters start from zero.
       */
      readonly appears: 'at-once' | 'with-first' | 'as-the-profile-says';
    }
  /** What the cluster counts of a container. */
  | { readonly type: 'resource'; readonly of: Resource; readonly limit: number };

/** A series as a process exposes it: all of its labels, and what it counts. Both engines read it. */
export interface DescribedSample {
  readonly name: string;
  readonly labels: SampleLabels;
  readonly shows: Shown;
}

/** The samples of one outcome of a histogram of durations: buckets, sum and count. */
export function histogramSamples(
  name: string,
  labels: SampleLabels,
  outcome: CountedOutcome,
  /** In seconds, ascending, without the last. */
  bounds: readonly number[],
  unit: { readonly factor: number; readonly appears: 'at-once' | 'with-first' | 'as-the-profile-says' },
): DescribedSample[] {
  const of = (part: CountedPart): Shown => ({ type: 'requests', outcome, part, ...unit });
  const rounded = (bound: number): string => String(Number((bound * unit.factor).toPrecision(12)));
  return [
    ...bounds.map((bound) => ({
      name: `${name}_bucket`,
      labels: { ...labels, le: rounded(bound) },
      shows: of({ upTo: bound }),
    })),
    { name: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, shows: of('count') },
    { name: `${name}_sum`, labels, shows: of('seconds') },
    { name: `${name}_count`, labels, shows: of('count') },
  ];
}
