import type { Fix, Group, Severity } from '../../rules';

/** The resource that a finding is about. */
export interface FindingResource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined where the manifest gives none. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** An object that a finding is about, and the file that it is in. */
export interface Subject extends FindingResource {
  readonly file: string;
}

/** A finding and its place. */
export interface Finding {
  readonly code: string;
  readonly group: Group;
  readonly severity: Severity;
  /** The message: one sentence without a full stop. */
  readonly message: string;
  /** A short suggestion, such as `did you mean 'x' (shop/analysis.yaml:4)?` */
  readonly hint?: string;
  readonly file: string;
  /** Lines and columns count from 1. Absent for objects that were never text. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  /** Exclusive. */
  readonly endColumn?: number;
  /** The field, from the resource's root; empty for what is in no resource. */
  readonly path: string;
  readonly resource?: FindingResource;
  /** The objects that it is about: the Rollouts for which a shared object is wrong, or else the resource. */
  readonly about: readonly Subject[];
  readonly related?: {
    readonly message: string;
    readonly file: string;
    readonly line?: number;
    readonly column?: number;
  };
  /** Findings that this one causes. They need no fix of their own. */
  readonly consequences: readonly Consequence[];
  readonly fix?: Fix;
  /** Whether the fix can be applied to the text, where the fix itself is not at hand. */
  readonly isFixable?: boolean;
}

/** A finding that another finding causes. */
export interface Consequence {
  readonly code: string;
  readonly message: string;
  readonly about: readonly Subject[];
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The message with its hint. */
export function wholeMessage({ message, hint }: Pick<Finding, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}
