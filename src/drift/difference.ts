import type { Resource } from '../graph';

/** The relation between the object in the cluster and that in Git. */
export type DriftKind = 'missing' | 'different' | 'reset' | 'dropped';

/** One thing in which the cluster is not what Git says. */
export interface Drift {
  readonly kind: DriftKind;
  readonly resource: { readonly kind: string; readonly name: string; readonly namespace?: string };
  /** The field; empty for a whole object. */
  readonly path: string;
  /** One sentence. */
  readonly message: string;
}

/** A difference in an object. */
export function driftOf(
  kind: DriftKind,
  { kind: of, name, namespace }: Resource,
  path: string,
  message: string,
): Drift {
  return { kind, resource: { kind: of, name, ...(namespace === undefined ? {} : { namespace }) }, path, message };
}
