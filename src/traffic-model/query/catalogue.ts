import type { Cell, Leaf, Side } from './query-model';

/** A series that Prometheus keeps, told by its whole label set: one of each pod of a version where labels differ. */
export interface KnownSeries {
  readonly name: string;
  /** Null: differs from pod to pod. */
  readonly labels: ReadonlyMap<string, string | null>;
  /** The values of such labels, of two pods. */
  readonly podValues: ReadonlyMap<string, readonly string[]>;
  /** The app's own, whose labels nobody stated. */
  readonly open: boolean;
  /** Labels that differ with the outcome. */
  readonly outcomeLabels: readonly string[];
  /** What it counts of requests. */
  readonly cell?: Cell;
  /** The value of what is no counter of requests. */
  readonly gauge?: { readonly side: Side; readonly value: number };
  /** Seconds between two scrapes. */
  readonly interval: number;
}

/** A recording rule that queries ask for. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  /** What it puts over the labels of its expression; an empty value takes a label away. */
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

/** All series that Prometheus keeps of a rollout. */
export interface SeriesCatalogue {
  readonly series: readonly KnownSeries[];
  /** By metric: why nothing is known of its series. */
  readonly refused: ReadonlyMap<string, string>;
  /** What recording rules make of the series. */
  readonly rules: readonly RecordingRule[];
  /** What is known of native histograms. */
  readonly native: NativeHistograms;
  /** Why nothing is scraped, behind a colon or nothing. */
  readonly nothingScraped: string;
  /** Seconds between two scrapes of the series in some leaves, the longest where they differ; undefined for none. */
  readonly intervalOf: (leaves: readonly Leaf[]) => number | undefined;
}
