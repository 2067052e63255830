/**
 * An option of the spec, by its path, and the values that it may have had. The first is the most likely. If the path is
 * empty, each value is an object of options that are set together.
 */
export interface Candidate {
  readonly path: readonly string[];
  readonly values: readonly unknown[];
}
