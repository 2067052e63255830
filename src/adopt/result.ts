import type { Json } from './manifests';

/** What the user states beside the manifests. */
export interface AdoptOptions {
  /** The address of Prometheus, if the manifests do not state it. */
  readonly prometheus?: string;
}

/** A workload that became a spec. */
export interface Adoption {
  readonly name: string;
  readonly namespace?: string;
  /** What it was made of: `Rollout`, `Deployment` or `Canary`. */
  readonly kind: string;
  /** The spec file. */
  readonly text: string;
  /** What is other than in the manifests, a line each. None: the spec renders the same objects. */
  readonly notes: readonly string[];
  /** Those of the notes that change what a rollout does: a condition, a router, who gets requests. */
  readonly dangerous: readonly string[];
  /** What was adapted so that requests are split as before: `Ingress shop splits its requests …`. No differences. */
  readonly changes: readonly string[];
  /** The objects that are carried word for word, under `extraManifests`: `ConfigMap settings`. */
  readonly verbatim: readonly string[];
  /** Errors that the linter finds in the manifests, and that the spec accepts: adopting does not change them. */
  readonly defects: readonly string[];
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

/** What became of a set of manifests. */
export interface Adoptions {
  readonly adopted: readonly Adoption[];
  readonly refused: readonly Refusal[];
}

/** A reason why a workload cannot become a spec: found on the way, and no reason to stop the others. */
export class RefusedError extends Error {
  public override readonly name = 'RefusedError';
}

export const refusal = ({ kind, metadata }: Json, reason: string): Refusal => ({ kind, name: metadata.name, reason });
