import type { Field } from '../../../graph';
import type { Fix } from '../../shared/fix';

/** The errors of a value against its schema. */
export interface SchemaProblem {
  readonly kind: 'unknown' | 'type' | 'missing' | 'value' | 'alternatives';
  readonly field: Field;
  readonly message: string;
  readonly hint?: string;
  readonly fix?: Fix;
}
