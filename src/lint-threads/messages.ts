import type { Unreadable } from '../graph';
import type { SeverityOptions } from '../lint';
import type { Releases } from '../versions';
import type { PackedFinding } from './packed-findings';
import type { PackedTexts } from './packed-texts';
import type { SharedFindings } from './tasks';

/** What a thread is given at its start. */
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

/** What a thread is asked for: to read files until all are read, or to check rules until all are checked. */
export type Request =
  | { readonly kind: 'read' }
  /** The graph, in its order. Those that a thread has read have the number of their batch. */
  | { readonly kind: 'graph'; readonly parts: readonly { readonly batch?: number; readonly packed: PackedTexts }[] }
  | {
      readonly kind: 'check';
      readonly codes: readonly string[];
      readonly options: SeverityOptions;
      readonly releases: Releases;
      readonly threads: number;
    };

/** What it answers. Nothing to a graph. */
export type Answer =
  | { readonly read: readonly ReadBatch[] }
  | { readonly checked: readonly SharedFindings<PackedFinding>[] }
  | { readonly failure: unknown };
