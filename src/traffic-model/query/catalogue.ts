import type { Cell, Leaf, ResourceCell } from './query-model';

/** A series in Prometheus, identified by all of its labels. It stands for one series of each pod if labels differ. */
export interface KnownSeries {
  readonly name: string;
  /** Null: the value differs between pods. */
  readonly labels: ReadonlyMap<string, string | null>;
  /** The values of these labels on two pods. */
  readonly podValues: ReadonlyMap<string, readonly string[]>;
  /** A metric of the app whose labels nobody stated. */
  readonly open: boolean;
  /** Labels that differ with the outcome. */
  readonly outcomeLabels: readonly string[];
  /** What it counts: requests, seconds, or requests below a bound. */
  readonly cell?: Cell;
  /** What it shows of a container, where it counts no requests. */
  readonly resource?: ResourceCell;
  /** Seconds between two scrapes. */
  readonly interval: number;
}

/** A recording rule that queries ask for. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  /** The labels that it sets on the result of its expression; an empty value removes a label. */
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds between two evaluations. */
  readonly interval: number;
}

/** How native histograms are made and read. */
export interface NativeHistograms {
  /** The greatest factor from one bound to the next. */
  readonly growth: number;
  /** How histogram_quantile() takes values to be spread in a bucket. */
  readonly spread: 'evenly' | 'exponentially';
}

/** All series of a rollout in Prometheus. */
export interface SeriesCatalogue {
  readonly series: readonly KnownSeries[];
  /** By metric: why its series are not known. */
  readonly refused: ReadonlyMap<string, string>;
  /** The series of recording rules. */
  readonly rules: readonly RecordingRule[];
  /** What is known of native histograms. */
  readonly native: NativeHistograms;
  /** Whether this release of Prometheus extrapolates no further than where a counter was zero. */
  readonly capsExtrapolation: boolean;
  /** Why it is not known what is scraped of the pods, so that it may be anything; undefined where it is known. */
  readonly unknownPods?: string;
  /** Why nothing is scraped, as the end of a message; empty if there is no reason. */
  readonly nothingScraped: string;
  /** The longest scrape interval of the series in some leaves, in seconds. Undefined if there are none. */
  readonly intervalOf: (leaves: readonly Leaf[]) => number | undefined;
}
