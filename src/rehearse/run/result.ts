import type { MeasurementPhase } from '../../expr';
import type { Disruption, Frame, RolloutModel } from '../../controller';
import type { Outcome } from '../../simulate';
import type { Answer } from '../prometheus';
import type { Conditions } from '../world/conditions';
import type { Aftermath } from './aftermath';
import type { Traffic } from '../world/ledger';

/** One measurement of a rehearsal. Times are seconds from the beginning of its update. */
export interface RehearsedMeasurement {
  readonly at: number;
  readonly metric: string;
  /** Undefined for the analysis in the background. */
  readonly step?: number;
  readonly background: boolean;
  readonly dryRun: boolean;
  /** As Prometheus was asked, arguments filled in; undefined for a metric of another provider. */
  readonly query?: string;
  readonly condition: string;
  readonly answer?: Answer;
  readonly phase: MeasurementPhase;
  readonly message?: string;
  /** How far the query looks back, in seconds. */
  readonly window: number;
  /** How much of that the canary's pods had been scraped; undefined where the query looks at no window. */
  readonly filled?: number;
  /** What really happened in the window: Prometheus sees it through its scrapes. */
  readonly traffic?: Traffic;
  /** Which version's pod the first series of the answer is of, where its labels tell: it is what `result[0]` reads. */
  readonly firstOf?: 'canary' | 'stable';
}

/** One update, rehearsed. Times are seconds from its beginning. */
export interface RehearsedUpdate extends Disruption {
  readonly conditions: Conditions;
  readonly outcome: Outcome;
  /** When that was decided. */
  readonly endedAt: number;
  readonly message: string;
  readonly frames: readonly Frame[];
  readonly measurements: readonly RehearsedMeasurement[];
  /** Of a replay: what became of each metric that did not pass; undefined where all did, and without a recording. */
  readonly aftermath?: readonly Aftermath[];
  /** Failed requests that the canary gave until then; undefined where real metrics were replayed. */
  readonly failedRequests: number | undefined;
  /** What both versions answered, a stretch of equal length each, up to the end; none where metrics were replayed. */
  readonly traffic: { readonly step: number; readonly stretches: readonly Traffic[] };
}

/** A rehearsal: one update, and the retries of it. */
export interface Rehearsal {
  readonly rollout: RolloutModel;
  readonly namespace: string;
  readonly updates: readonly RehearsedUpdate[];
  /** `2.42.0`. */
  readonly prometheus: string;
  readonly seed: number;
  /** Whether real metrics took the place of synthetic ones. */
  readonly replayed: boolean;
  /** What was assumed, a sentence each. */
  readonly assumptions: readonly string[];
  /** What deserves a look. */
  readonly notes: readonly string[];
}

/** What becomes known while a rehearsal is under way. */
export type RehearsalEvent =
  | { readonly type: 'update'; readonly retry: boolean; readonly conditions: Conditions; readonly replayed: boolean }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'measurement'; readonly measurement: RehearsedMeasurement }
  | { readonly type: 'end'; readonly update: RehearsedUpdate };
