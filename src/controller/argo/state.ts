import type { AnalysisRun } from './analysis-run';

/** Pods of one version: wanted, existing, and able to serve. */
export interface ReplicaSet {
  spec: number;
  created: number;
  available: number;
  /** When pods that exist will count as available; ascending. */
  readonly pending: number[];
  /** Set when the set is to be scaled down at a moment. */
  scaleDownAt?: number;
}

export type PauseReason = 'CanaryPauseStep' | 'BlueGreenPause' | 'InconclusiveAnalysis' | 'InconclusiveExperiment';
export type RolloutPhase = 'Healthy' | 'Progressing' | 'Paused' | 'Degraded';

/** Shares of the traffic, as the router was told. */
export interface Weights {
  readonly canary: number;
  readonly stable: number;
  /** Which version the canary side points at; after promotion both sides point at the new one. */
  readonly canaryVersion: 'new' | 'old';
  readonly stableVersion: 'new' | 'old';
}

/** Why a rollout counts as progressing, and since when nothing has moved. */
export interface Progress {
  readonly reason: 'NewReplicaSet' | 'Updated' | 'Available' | 'Paused' | 'Resumed' | 'Aborted' | 'Retry' | 'TimedOut';
  readonly since: number;
}

/** What the controller writes into `status.blueGreen`, and its analyses. */
export interface BlueGreenStatus {
  /** The version that the active Service selects: all traffic. */
  readonly active: 'old' | 'new';
  /** The version that the preview Service selects; undefined where there is none. */
  readonly preview?: 'old' | 'new';
  /** With `previewReplicaCount`: the preview was approved, so that all pods of the new version are made. */
  readonly scaleUpPreviewCheckPoint: boolean;
  readonly preRun?: AnalysisRun;
  readonly postRun?: AnalysisRun;
}

/** What the controller writes into `status`, as far as its own decisions and a reader need it. */
export interface RolloutStatus {
  /** Undefined where the rollout has no steps. */
  readonly stepIndex?: number;
  /** Which version is the stable one. */
  readonly stable: 'old' | 'new';
  /** The version that `currentPodHash` names: the old one until the first reconcile saw the new template. */
  readonly current: 'old' | 'new';
  readonly abort: boolean;
  readonly promoteFull: boolean;
  readonly controllerPause: boolean;
  readonly pauses: readonly { readonly reason: PauseReason; readonly start: number }[];
  readonly weights?: Weights;
  /** Only of a blue-green rollout. */
  readonly blueGreen?: BlueGreenStatus;
  readonly stepRun?: AnalysisRun;
  readonly backgroundRun?: AnalysisRun;
  /** When the experiment of the current step was created. */
  readonly experimentSince?: number;
  readonly progress: Progress;
  /** The Paused condition, which lags one reconcile behind the pauses. */
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
