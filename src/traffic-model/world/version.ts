/** The new version of an update, and the old one. */
export type Version = 'new' | 'old';

/** The pod-template hashes of the two versions. */
export interface Hashes {
  readonly canary: string;
  readonly stable: string;
}

/** The version that a Service of the controller selects. Undefined if it selects the pods of both. */
export interface Pointing {
  readonly canary?: Version;
  readonly stable?: Version;
}

/** A pod in the model of scrapes. */
export interface ScrapedPod {
  readonly version: Version;
  readonly name: string;
  /** Undefined while it has none. */
  readonly ip: string | undefined;
  readonly ready: boolean;
}

/** Hashes as Kubernetes makes them. */
export const SYNTHETIC_HASHES: Hashes = { canary: '7d5c9f6b84', stable: '5b8f6d4c79' };

/** The prefix of the names of a version's pods. */
export const podPrefix = (workload: string, hash: string): string => `${workload}-${hash}-`;
