import { Json } from './manifests';

/**
 * An option of the spec, by its path, and the values that it may have had. The first is the likeliest. Of an empty path
 * each value is an object of options that go together.
 */
export interface Candidate {
  readonly path: readonly string[];
  readonly values: readonly Json[];
}
