import type { Field } from '../../../graph';
import type { Fix } from '../../shared/fix';

/** The errors of a value against its schema. */
export interface SchemaProblem {
  /** `experimental`: an error only where the cluster has the standard channel of the definition. */
  readonly kind: 'unknown' | 'type' | 'missing' | 'value' | 'alternatives' | 'experimental';
  readonly field: Field;
  readonly message: string;
  readonly hint?: string;
  readonly fix?: Fix;
}
