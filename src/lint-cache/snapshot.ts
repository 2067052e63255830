import type { Finding } from '../lint';
import type { KnownFiles } from './known-files';

/** A finding without its fix, whose edits name fields of objects in memory. */
export interface StoredFinding extends Omit<Finding, 'fix'> {
  /** The place of its file among those of the run. */
  readonly place: number;
  /** The line that it is about, as a report quotes it. */
  readonly quote?: string;
}

/** The figures of a run that belong to no finding. */
export interface Totals {
  /** Findings that the manifests suppress. */
  readonly suppressed: number;
  readonly resources: number;
}

/** A complete run, before its baseline was looked at. */
export interface Snapshot extends Totals {
  /** In the order in which they were read. */
  readonly files: KnownFiles;
  /** In the order of a report. */
  readonly findings: readonly StoredFinding[];
  /** The text of the file at this place, as it was then. Undefined if it cannot be read. */
  readonly textOf: (place: number) => string | undefined;
}
