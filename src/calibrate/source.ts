/** A sample: milliseconds since 1970. */
export interface TimedValue {
  readonly at: number;
  readonly value: number;
}

/** A series with the labels that the query left, and its samples in the order of their times. */
export interface TimedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly TimedValue[];
}

/** A stretch of time: milliseconds since 1970, and seconds between two values. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** The queries that a calibration needs. Each throws QueryFailed where there is no answer to this one. */
export interface MetricsSource {
  /** Evaluates a query at an instant. A scalar is one series without labels. */
  query(query: string, at: number): Promise<readonly TimedSeries[]>;
  /** Evaluates a query over a range, in as many requests as its number of steps needs. */
  queryRange(query: string, range: TimeRange): Promise<readonly TimedSeries[]>;
}

/** There is no answer to one query, for a reason that need not hold for the next. */
export class QueryFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QueryFailed';
  }
}

/** The first value of an answer; undefined where it is empty. */
export const firstValue = ([series]: readonly TimedSeries[]): number | undefined => series?.samples[0]?.value;

/** The result of an attempt, or why it failed. */
export async function attempt<T>(work: () => Promise<T>): Promise<{ readonly value: T } | { readonly failed: string }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof QueryFailed) return { failed: error.message };
    throw error;
  }
}
