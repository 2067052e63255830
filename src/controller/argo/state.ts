import type { AnalysisRun, RunPhase } from './analysis-run';
import type { ExperimentModel, ExperimentTemplateModel } from '../model';

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
  /** The weights of an experiment's pods by their version, which `stable` leaves out. Undefined if it has none. */
  readonly experiment?: { readonly canary: number; readonly stable: number };
}

/** The state of Services and routes, which the controller changes in place. */
export interface Network {
  /** The version whose pods each Service selects. Undefined if the rollout names no such Service. */
  canaryService?: Version;
  stableService?: Version;
  /** The managed routes that the router has, by their names. */
  readonly routes: Set<string>;
}

/** The pods of one template of an experiment, and what the controller says of them. */
export interface TemplateState {
  readonly model: ExperimentTemplateModel;
  /** Undefined until the controller has seen the experiment. */
  status?: 'Progressing' | 'Running' | 'Successful' | 'Failed';
  readonly pods: ReplicaSet;
  /** The number of pods that existed, were ready and were available when the controller last looked. */
  counts: string;
  /** When the number of pods, existing or ready, last changed: the deadline of its progress counts from then. */
  since: number;
}

/** An Experiment, which changes in place. */
export interface Experiment {
  readonly model: ExperimentModel;
  readonly stepIndex: number;
  /** The version of the update that it was created for. */
  readonly version: Version;
  terminate: boolean;
  /** Undefined until the controller has seen it. */
  phase?: RunPhase;
  message: string;
  /** When all of its pods were available. */
  availableAt?: number;
  readonly templates: readonly TemplateState[];
  /** Its analyses, by their index; undefined until they are started. What is recorded of them lags behind the runs. */
  readonly runs: ({ readonly run: AnalysisRun; phase: RunPhase; message: string } | undefined)[];
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
  /** The experiment of the current step. */
  readonly experiment?: Experiment;
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
