import type { Fix, Group, Severity } from '../../rules';

/** The resource that a finding is about. */
export interface FindingResource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined where the manifest gives none. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Something wrong, at its place. */
export interface Finding {
  readonly code: string;
  readonly group: Group;
  readonly severity: Severity;
  /** What is wrong in this case: one sentence, with no full stop. */
  readonly message: string;
  /** What would be right, in a few words, such as `did you mean 'x' (shop/analysis.yaml:4)?` */
  readonly hint?: string;
  readonly file: string;
  /** Lines and columns count from 1; absent for what was never a text. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  /** Exclusive. */
  readonly endColumn?: number;
  /** The field, from the resource's root; empty for what is in no resource. */
  readonly path: string;
  readonly resource?: FindingResource;
  readonly related?: {
    readonly message: string;
    readonly file: string;
    readonly line?: number;
    readonly column?: number;
  };
  /** What else is wrong because of it, and needs no mending of its own. */
  readonly consequences: readonly Consequence[];
  readonly fix?: Fix;
}

/** A finding that is only what another one brings about. */
export interface Consequence {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The message with its hint. */
export function wholeMessage({ message, hint }: Finding): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}
