import type { Cell, Leaf, ResourceCell } from './query-model';

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
  /** What it shows of a container, where it counts no requests. */
  readonly resource?: ResourceCell;
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

/** All series that Prometheus keeps of a rollout. */
export interface SeriesCatalogue {
  readonly series: readonly KnownSeries[];
  /** By metric: why nothing is known of its series. */
  readonly refused: ReadonlyMap<string, string>;
  /** What recording rules make of the series. */
  readonly rules: readonly RecordingRule[];
  /** Why nothing is scraped, behind a colon or nothing. */
  readonly nothingScraped: string;
  /** Seconds between two scrapes of the series in some leaves, the longest where they differ; undefined for none. */
  readonly intervalOf: (leaves: readonly Leaf[]) => number | undefined;
}
