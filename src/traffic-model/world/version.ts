/** The version that an update brings, and the one before it. */
export type Version = 'new' | 'old';

/** The pod-template hashes of the two versions. */
export interface Hashes {
  readonly canary: string;
  readonly stable: string;
}

/** Which version a Service of the controller's points at; undefined where it selects the pods of both. */
export interface Pointing {
  readonly canary?: Version;
  readonly stable?: Version;
}

/** A pod as the model of scrapes needs it. */
export interface ScrapedPod {
  readonly version: Version;
  readonly name: string;
  /** Undefined while it has none. */
  readonly ip: string | undefined;
  readonly ready: boolean;
}

/** Hashes as Kubernetes makes them. */
export const SYNTHETIC_HASHES: Hashes = { canary: '7d5c9f6b84', stable: '5b8f6d4c79' };

/** What the names of a version's pods begin with. */
export const podPrefix = (workload: string, hash: string): string => `${workload}-${hash}-`;
