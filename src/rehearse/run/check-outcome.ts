import type { MeasurementPhase } from '../../expr';

/** What can come of a measurement, as tests of a canary tell it. */
export const CHECK_OUTCOMES = ['pass', 'fail', 'no data', 'error'] as const;
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];

/** How a scenario says that a metric ends, whatever measures it. */
export type AssumedOutcome = MeasurementPhase | 'no data';

/** An outcome of one of a rollout's metrics. */
export interface Exercised {
  readonly metric: string;
  /** The step whose analysis measured it; undefined: the background's. */
  readonly step?: number;
  readonly outcome: CheckOutcome;
}

/**
 * The outcome of a measurement. No data is an outcome of its own, whatever the condition makes of it. Undefined for a
 * value that is neither good nor bad.
 *
 * @param noData the query was answered, and found no series or NaN
 */
export function checkOutcome(phase: MeasurementPhase, noData: boolean): CheckOutcome | undefined {
  if (noData) return 'no data';
  switch (phase) {
    case 'Successful':
      return 'pass';
    case 'Failed':
      return 'fail';
    case 'Error':
      return 'error';
    default:
      return undefined;
  }
}
