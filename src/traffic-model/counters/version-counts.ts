/** The cumulative counters of one version's requests with one outcome, at each scrape. */
export interface Tally {
  readonly count: number[];
  readonly seconds: number[];
  /** Requests no slower than each bound. */
  readonly buckets: number[][];
  /** Index of the first scrape that saw such a request. */
  first: number;
}

/** The counters of a version. */
export interface VersionCounts {
  readonly succeeded: Tally;
  readonly failed: Tally;
  readonly shares: readonly number[];
  readonly mean: number;
  readonly variance: number;
  readonly errorRate: number;
  /** Index of the first scrape that saw the version's pods; Infinity before. */
  seen: number;
  /** Failures by pod, if the series of the pods are needed separately. */
  readonly pods: PodFailures[];
}

/** The cumulative failures that one pod counted, at each scrape. */
export interface PodFailures {
  readonly at: number[];
  /** Index of the scrape at which the series appeared, which is with the pod's first failure. */
  first: number;
}

export const emptyTally = (): Tally => ({ count: [], seconds: [], buckets: [], first: Infinity });
