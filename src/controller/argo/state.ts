import type { AnalysisRun } from './analysis-run';

/** The version before an update, that of the update, and one that replaces it before or after its promotion. */
export type Version = 'old' | 'new' | 'next';

/** Pods of one version: desired, existing, and able to serve. */
export interface ReplicaSet {
  readonly version: Version;
  /** Of several, the one that was the template last has the highest revision. */
  revision: number;
  /** The number of replicas of the rollout when the ReplicaSet was last scaled, which the controller notes on it. */
  noted: number;
  spec: number;
  created: number;
  available: number;
  /** The times at which existing pods become available, ascending. */
  readonly pending: number[];
  /** The time at which the ReplicaSet is scaled down, if any. */
  scaleDownAt?: number;
}

export type PauseReason = 'CanaryPauseStep' | 'BlueGreenPause' | 'InconclusiveAnalysisRun' | 'InconclusiveExperiment';
export type RolloutPhase = 'Healthy' | 'Progressing' | 'Paused' | 'Degraded';

/** The weights of the router. */
export interface Weights {
  readonly canary: number;
  readonly stable: number;
  /** The version of the canary destination. After promotion, both destinations have the new one. */
  readonly canaryVersion: Version;
  readonly stableVersion: Version;
}

/** The state of Services and routes, which the controller changes in place. */
export interface Network {
  /** The version whose pods each Service selects. Undefined if the rollout names no such Service. */
  canaryService?: Version;
  stableService?: Version;
  /** The managed routes that the router has, by their names. */
  readonly routes: Set<string>;
}

/** Why a rollout is progressing, and the time of the last progress. */
export interface Progress {
  readonly reason: 'NewReplicaSet' | 'Updated' | 'Available' | 'Paused' | 'Resumed' | 'Aborted' | 'Retry' | 'TimedOut';
  readonly since: number;
}

/** The content of `status.blueGreen`, and the analyses. */
export interface BlueGreenStatus {
  /** The version that the active Service selects, which gets all traffic. */
  readonly active: Version;
  /** The version that the preview Service selects. Undefined if there is none. */
  readonly preview?: Version;
  /** With `previewReplicaCount`: whether the preview was approved, so that all pods of the new version are created. */
  readonly scaleUpPreviewCheckPoint: boolean;
  readonly preRun?: AnalysisRun;
  readonly postRun?: AnalysisRun;
}

/** The parts of `status` that the controller's decisions and readers need. */
export interface RolloutStatus {
  /** Undefined if the rollout has no steps. */
  readonly stepIndex?: number;
  /** The stable version. */
  readonly stable: Version;
  /** The version that `currentPodHash` names: the one before until the first reconcile saw the new template. */
  readonly current: Version;
  readonly abort: boolean;
  /** Whether `abortedAt` is still set after a retry: until the next reconcile. Analyses then start again. */
  readonly retried?: boolean;
  readonly promoteFull: boolean;
  readonly controllerPause: boolean;
  readonly pauses: readonly { readonly reason: PauseReason; readonly start: number }[];
  readonly weights?: Weights;
  /** Only for a blue-green rollout. */
  readonly blueGreen?: BlueGreenStatus;
  readonly stepRun?: AnalysisRun;
  readonly backgroundRun?: AnalysisRun;
  /** When the experiment of the current step was created. */
  readonly experimentSince?: number;
  readonly progress: Progress;
  /** The Paused condition, which is one reconcile behind the pauses. */
  readonly pausedCondition: boolean;
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly phase: RolloutPhase;
  readonly message: string;
  /** Why it was aborted. */
  readonly abortMessage?: string;
}
