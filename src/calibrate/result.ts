import type { MeasurementPhase } from '../expr';
import type { TrafficProfile } from '../traffic-model';
import type { UpdatesReport } from './updates';

/** How bad what was found is: a problem decides the exit code. */
export type Severity = 'problem' | 'warning' | 'note';

/** What was found about a query. */
export interface Finding {
  readonly severity: Severity;
  readonly message: string;
}

/** A field of the traffic profile that was measured. */
export interface MeasuredField<Field extends keyof TrafficProfile = keyof TrafficProfile> {
  readonly field: Field;
  readonly value: NonNullable<TrafficProfile[Field]>;
  /** From what it was measured, and its spread. */
  readonly from: string;
}

/** A point of the distribution of latencies: the share of requests that take at most so many seconds. */
export interface LatencyShare {
  readonly seconds: number;
  readonly share: number;
}

/** What was not measured, and why. */
export interface Missing {
  readonly what: string;
  readonly why: string;
}

/** A selector of a query, as it was asked for the stable version. */
export interface SelectorReport {
  readonly selector: string;
  /** Series that it matches now. */
  readonly series: number;
  /** Samples in its window at nearly any moment; the median over the series. */
  readonly samplesInWindow?: number;
  readonly window?: string;
}

/** A stretch of time in which every measurement had the same phase. */
export interface Episode {
  readonly from: Date;
  readonly to: Date;
  readonly phase: MeasurementPhase;
  readonly measurements: number;
  /** The value of the first series that was farthest from zero. */
  readonly value?: number;
}

/** The verdict of a check on the stable version. */
export interface ReplayReport {
  readonly query: string;
  readonly from: Date;
  readonly to: Date;
  /** Seconds between two measurements. */
  readonly step: number;
  readonly measurements: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly errors: number;
  /** Runs of the check, one begun at each measurement. */
  readonly runs: number;
  /** Measurements of one run. */
  readonly measurementsInRun: number;
  /** Runs that would have aborted the rollout. */
  readonly stopped: number;
  /** Runs that would have paused it. */
  readonly paused: number;
  /** The longest stretches of measurements that did not pass. */
  readonly episodes: readonly Episode[];
}

/** A metric of an analysis against reality. */
export interface CheckReport {
  readonly metric: string;
  readonly place: string;
  /** Its failures are counted and have no effect. */
  readonly dryRun: boolean;
  readonly selectors: readonly SelectorReport[];
  readonly findings: readonly Finding[];
  readonly replay?: ReplayReport;
  /** Why it is not replayed. */
  readonly notReplayed?: string;
}

/** What Prometheus tells about one rollout. */
export interface Calibration {
  readonly rollout: string;
  /** Without credentials. */
  readonly address: string;
  readonly from: Date;
  readonly to: Date;
  readonly measured: readonly MeasuredField[];
  readonly missing: readonly Missing[];
  /** The distribution of the stable version's latencies, ascending; empty if it was not measured. */
  readonly latencies: readonly LatencyShare[];
  readonly checks: readonly CheckReport[];
  /** All checks together, in updates of the stable version; undefined where that cannot be replayed. */
  readonly updates?: UpdatesReport;
  readonly notes: readonly string[];
  readonly queries: number;
  /** How many of them got no answer: what they would have told is not known. */
  readonly unanswered: number;
}

/** Whether a selector matches nothing, the stable version would have been stopped, or a query got no answer about this. */
export const isAlarming = ({ checks, unanswered }: Pick<Calibration, 'checks' | 'unanswered'>): boolean =>
  unanswered > 0 ||
  checks.some(
    ({ findings, replay, dryRun }) =>
      findings.some(({ severity }) => severity === 'problem') ||
      (!dryRun && replay !== undefined && replay.stopped > 0),
  );
