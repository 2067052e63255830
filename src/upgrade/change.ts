import type { Field } from '../graph';
import type { SystemKey } from '../versions';

/**
 * worse: refused, dropped, an error, or another verdict. better: what was wrong is no longer. different: values or
 * behaviour change, and which of both is wanted only the reader knows.
 */
export type Effect = 'worse' | 'better' | 'different';

/** What an upgrade changes for one place in the manifests. */
export interface Change {
  readonly effect: Effect;
  /**
   * finding: what the linter reports. condition: the verdict on a result. plan: the course of an update or an abort.
   * query: what a query returns. behaviour: what a system does with a field. message: a text that alerts may match.
   */
  readonly kind: 'finding' | 'condition' | 'plan' | 'query' | 'behaviour' | 'message';
  /** The system whose release makes the difference. */
  readonly system: SystemKey;
  /** The rule, or the entry of the tables, such as `PRM027` or `expression-engine`. */
  readonly id: string;
  /** `Rollout shop/checkout`; undefined where it is about all manifests. */
  readonly resource?: string;
  readonly file?: string;
  /** Counting from 1. */
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  /** What changes, in one sentence without a full stop. */
  readonly what: string;
  /** What the older, or the first, release does. */
  readonly before: string;
  /** What the release to which is upgraded does. */
  readonly after: string;
}

/** Where a field stands, for a change. */
export function placeOf(field: Field): Pick<Change, 'resource' | 'file' | 'line' | 'column' | 'path'> {
  const place = field.place();
  return {
    resource: String(field.resource),
    file: place?.file ?? field.resource.origin.file,
    line: place?.line,
    column: place?.column,
    path: String(field),
  };
}
