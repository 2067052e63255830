import type { Unreadable } from '../graph';
import type { FoundInTask, SeverityOptions } from '../lint';
import type { Releases } from '../versions';
import type { PackedFinding } from './packed-findings';
import type { PackedTexts } from './packed-texts';

/** The data with which a thread starts. */
export interface Begin {
  /** Two numbers that all threads count up: the next batch of files, and the next task. */
  readonly counters: Int32Array;
  readonly files: readonly string[];
  readonly cwd: string;
}

/** Some files that follow each other. */
export interface ReadBatch {
  readonly batch: number;
  readonly packed: PackedTexts;
  readonly failed: readonly Unreadable[];
}

/** A request to a thread: read files until none is left, keep this graph, or check rules until none is left. */
export type Request =
  | { readonly kind: 'read' }
  /** The graph, in its order. Those that a thread has read have the number of their batch. */
  | { readonly kind: 'graph'; readonly parts: readonly { readonly batch?: number; readonly packed: PackedTexts }[] }
  | {
      readonly kind: 'check';
      readonly codes: readonly string[];
      readonly options: SeverityOptions;
      readonly releases: Releases;
      /** In how many parts the graph is checked. */
      readonly parts: number;
    };

/** The answer to a request. There is none to `graph`. */
export type Answer =
  | { readonly read: readonly ReadBatch[] }
  | { readonly checked: readonly FoundInTask<PackedFinding>[] }
  | { readonly failure: unknown };
