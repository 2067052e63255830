import type { Each } from '../formats/each';
import type { Resource } from '../graph';

/** What the user states in addition to the manifests. */
export interface AdoptOptions {
  /** The address of Prometheus, if the manifests do not state it. */
  readonly prometheus?: string;
  /** Goes through the workloads, to show progress. */
  readonly each?: Each;
}

/** A workload that became a spec. */
export interface Adoption {
  readonly name: string;
  readonly namespace?: string;
  /** The kind of the workload that it was made of: `Rollout`, `Deployment` or `Canary`. */
  readonly kind: string;
  /** The spec file. */
  readonly text: string;
  /** The differences from the manifests, one line each. Empty if the spec renders the same objects. */
  readonly notes: readonly string[];
  /** The notes that change what a rollout does: a condition, a router, who gets requests. */
  readonly dangerous: readonly string[];
  /** Changes that keep the behaviour, so they are not differences: `Ingress shop splits its requests …`. */
  readonly changes: readonly string[];
  /** The objects that are carried over unchanged, under `extraManifests`: `ConfigMap settings`. */
  readonly verbatim: readonly string[];
  /** Errors that the linter finds in the manifests. The spec accepts them, because adopting does not fix them. */
  readonly defects: readonly string[];
  /** Errors that the linter finds in the rendered objects, but not in the manifests. They are among the notes. */
  readonly brought: readonly string[];
  /** How many objects a patch of the spec changes. */
  readonly patched: number;
  /** How many objects the manifests hold. */
  readonly objects: number;
}

/** A workload that cannot become a spec, and why. */
export interface Refusal {
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
}

/** Objects that are part of no spec, and why. */
export interface LeftOut {
  /** `Service cache`. */
  readonly objects: readonly string[];
  readonly reason: string;
}

/** The result of adopting a set of manifests. */
export interface Adoptions {
  readonly adopted: readonly Adoption[];
  readonly refused: readonly Refusal[];
  /** The other objects that no spec carries over, in groups of one reason. */
  readonly left: readonly LeftOut[];
  /** The objects that controllers make of others, and make again. Leaving them out loses nothing. */
  readonly generated: readonly LeftOut[];
}

/** A workload cannot become a spec: the message says why. The other workloads are still adopted. */
export class RefusedError extends Error {
  public override readonly name = 'RefusedError';
}

export const refusal = ({ kind, name }: Resource, reason: string): Refusal => ({ kind, name, reason });
