import type { Measure, Measured } from './analysis-run';
import type { PauseReason, RolloutPhase, Version, Weights } from './state';

/** What somebody does about a rollout that waits. */
export interface PersonsAction {
  /** Seconds from the beginning of the wait. */
  readonly after: number;
  /** promote: goes on with the next step; resume: takes away the pause; abort and full as the commands of these names. */
  readonly action: 'promote' | 'resume' | 'abort' | 'promote-full';
}

/** Everything around the controller that a run depends on. */
export interface World {
  readonly measure: Measure;
  /** Seconds from a pod's creation until it counts as available, minReadySeconds included. Infinity: it never does. */
  readonly podReady: (version: 'new' | 'old', ordinal: number) => number;
  /** What is done about a pause that nobody but a person ends; undefined: nothing, ever. */
  readonly person?: (reason: PauseReason | 'SpecPaused', stepIndex: number | undefined) => PersonsAction | undefined;
  /**
   * What is done at a moment, whatever the state: seconds from the start. To halt is to set `spec.paused`, to unhalt to
   * take it away again.
   */
  readonly actions?: readonly { readonly at: number; readonly action: PersonsAction['action'] | 'halt' | 'unhalt' }[];
  /** The run is given up after this many seconds; default 30 days. */
  readonly horizon?: number;
  /** Told of each change as it happens: of those before a measurement before it is taken. */
  readonly observe?: (frame: Frame) => void;
}

/** What an onlooker sees after a change. */
export interface Frame {
  readonly time: number;
  /** Undefined where the rollout has no steps. Of a blue-green rollout: the stage that it is at. */
  readonly stepIndex?: number;
  /** The canary's share as the router was told; without a router, its share of the available pods. */
  readonly weight: number;
  readonly canary: { readonly spec: number; readonly available: number };
  readonly stable: { readonly spec: number; readonly available: number };
  /**
   * The version that the canary's and the stable Service select, or of a blue-green rollout the preview and the active
   * Service; undefined where there is none, or it selects both.
   */
  readonly selects: { readonly canary?: Version; readonly stable?: Version };
  /** What the router was told; undefined without one. */
  readonly weights?: Weights;
  /** The managed routes that the router has, by their names. */
  readonly routes: readonly string[];
  /** The new version is the stable one. */
  readonly promoted: boolean;
  readonly aborted: boolean;
  readonly phase: RolloutPhase;
  readonly message: string;
}

/** One measurement as it was taken. */
export interface MeasurementEvent {
  readonly time: number;
  readonly metric: string;
  readonly background: boolean;
  readonly stepIndex?: number;
  readonly phase: Measured['phase'];
}

/** How a run ended: `waiting` for a person who never came, `stuck` without anything that could still happen. */
export type Ending = 'promoted' | 'aborted' | 'waiting' | 'stuck';

/** A whole run. */
export interface Trace {
  readonly frames: readonly Frame[];
  readonly measurements: readonly MeasurementEvent[];
  readonly ending: Ending;
  /** When the outcome was decided: the promotion, the abort, or the beginning of the endless wait. */
  readonly endedAt: number;
  readonly message: string;
}
