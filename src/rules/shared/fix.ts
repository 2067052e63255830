import type { Range } from '../../formats/source';
import type { Field } from '../../graph';

/** A fix that needs no decision: its description, and the edits that belong together. */
export interface Fix {
  /** As in `rename 'stableservice' to 'stableService'`. */
  readonly title: string;
  readonly edits: readonly FieldEdit[];
}

/** One change to a manifest, in terms of its fields. */
export type FieldEdit =
  /** Give the field another key. */
  | { readonly at: Field; readonly rename: string }
  /** Put another plain value in place of a plain value. `within`: only this part of a string. */
  | { readonly at: Field; readonly set: string | number | boolean; readonly within?: Range }
  /** Take the field away. */
  | { readonly at: Field; readonly remove: true }
  /** Add a key to an object that is written as a block. */
  | { readonly at: Field; readonly add: string; readonly value: unknown };
