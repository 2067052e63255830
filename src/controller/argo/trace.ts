import type { Measure, Measured } from './analysis-run';
import type { PauseReason, RolloutPhase, Version, Weights } from './state';

/** A manual action on a rollout that waits. */
export interface PersonsAction {
  /** Seconds from the start of the wait. */
  readonly after: number;
  /** promote: continues with the next step. resume: removes the pause. abort and full: the commands of these names. */
  readonly action: 'promote' | 'resume' | 'abort' | 'promote-full';
}

/**
 * An action from outside. halt sets `spec.paused`, unhalt removes it. `retry` is the command of this name, `template`
 * changes the template to that of a version, `scale` changes the number of replicas, as an autoscaler does.
 */
export type OutsideAction =
  PersonsAction['action'] | 'halt' | 'unhalt' | 'retry' | { readonly template: Version } | { readonly scale: number };

/** An action at a time. */
export interface TimedAction {
  /** Seconds from the start. */
  readonly at: number;
  readonly action: OutsideAction;
}

/** Everything around the controller that a run depends on. */
export interface World {
  readonly measure: Measure;
  /** Seconds from a pod's creation until it counts as available, minReadySeconds included. Infinity: it never does. */
  readonly podReady: (version: 'new' | 'old', ordinal: number) => number;
  /** The manual action on a pause without duration. Undefined: none, ever. */
  readonly person?: (reason: PauseReason | 'SpecPaused', stepIndex: number | undefined) => PersonsAction | undefined;
  /** Actions at a time, in any state: seconds from the start, ascending. */
  readonly actions?: readonly TimedAction[];
  /** The run stops after this many seconds. Default: 30 days. */
  readonly horizon?: number;
  /** Called for each change. Changes before a measurement are reported before it is taken. */
  readonly observe?: (frame: Frame) => void;
}

/** The observable state after a change. */
export interface Frame {
  readonly time: number;
  /** Undefined if the rollout has no steps. For a blue-green rollout, the current stage. */
  readonly stepIndex?: number;
  /** The canary's weight of the router. Without a router, its share of the available pods. */
  readonly weight: number;
  readonly canary: { readonly spec: number; readonly available: number };
  readonly stable: { readonly spec: number; readonly available: number };
  /**
   * The version that the canary and the stable Service select, or in a blue-green rollout the preview and the active
   * Service. Undefined if there is no such Service, or it selects both. A version after the new one counts as new.
   */
  readonly selects: { readonly canary?: 'new' | 'old'; readonly stable?: 'new' | 'old' };
  /** The weights of the router. Undefined without one. */
  readonly weights?: Weights;
  /** The managed routes that the router has, by their names. */
  readonly routes: readonly string[];
  /** The pods of experiments, and whether the current one runs. Undefined if there are none. */
  readonly experiment?: ExperimentPods;
  /** Whether the old version is no longer the stable one. */
  readonly promoted: boolean;
  readonly aborted: boolean;
  readonly phase: RolloutPhase;
  readonly message: string;
  /** All versions, once the template has changed again, or the number of replicas. */
  readonly versions?: Versions;
}

/** The pods of experiments beside those of the rollout, by the version of their template. */
export interface ExperimentPods {
  /** Whether all pods of the current experiment are available, so that it measures and gets its traffic. */
  readonly running: boolean;
  readonly canary: { readonly spec: number; readonly available: number };
  readonly stable: { readonly spec: number; readonly available: number };
}

/** The versions of a rollout whose update was interrupted. */
export interface Versions {
  /** The version of the template. */
  readonly template: Version;
  readonly stable: Version;
  readonly replicas: number;
  readonly pods: { readonly [version in Version]: { readonly spec: number; readonly available: number } };
  /** The versions that the canary's and the stable Service select. */
  readonly selects: { readonly canary?: Version; readonly stable?: Version };
  /** The share of the requests of users that each version gets, from 0 to 1. */
  readonly shares: { readonly [version in Version]: number };
}

/** One measurement. */
export interface MeasurementEvent {
  readonly time: number;
  readonly metric: string;
  readonly background: boolean;
  readonly stepIndex?: number;
  /** The name of the analysis, if it belongs to the experiment of the step. */
  readonly experiment?: string;
  readonly phase: Measured['phase'];
}

/** How a run ended. `waiting`: for a manual approval that never came. `stuck`: nothing else can happen. */
export type Ending = 'promoted' | 'aborted' | 'waiting' | 'stuck';

/** A whole run. */
export interface Trace {
  readonly frames: readonly Frame[];
  readonly measurements: readonly MeasurementEvent[];
  readonly ending: Ending;
  /** The time at which the outcome was decided: the promotion, the abort, or the start of the endless wait. */
  readonly endedAt: number;
  readonly message: string;
}
