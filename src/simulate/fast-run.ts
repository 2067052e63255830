import type { MeasurementPhase } from '../expr';
import {
  type AnalysisModel,
  type MetricModel,
  type RunPhase,
  dueAt,
  isCompleted,
  metricPhase,
  newRun,
  record,
  type AnalysisRun,
} from '../controller';

/** Takes a measurement of a metric, for the analysis of a step or the one in the background (undefined). */
export type Sample = (metric: MetricModel, now: number, step: number | undefined) => MeasurementPhase;

const WORSENING: readonly RunPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];

/**
 * An AnalysisRun without the reconciles between its measurements: the same counters and limits as the controller's, and
 * the phase that it comes to after everything that happens at one instant.
 */
export class FastRun {
  private readonly run: AnalysisRun;
  phase: RunPhase = 'Running';
  /** The metric that ended the run badly. */
  decidedBy: MetricModel | undefined;

  constructor(
    analysis: AnalysisModel,
    startedAt: number,
    private readonly step?: number,
  ) {
    this.run = newRun(analysis, false);
    this.run.startedAt = startedAt;
  }

  /** When it measures next; Infinity if not again. */
  next(now: number): number {
    let next = Infinity;
    const { metrics } = this.run.analysis;
    for (let i = 0; i < metrics.length; i++) {
      const due = dueAt(this.run, i, now);
      if (due !== undefined && due < next) next = due;
    }
    return next;
  }

  /** Measures what is due at this moment, and says what the run has come to. */
  measure(now: number, sample: Sample): RunPhase {
    const { metrics } = this.run.analysis;
    const { results } = this.run;
    let ends = false;
    let everything = true;
    let worst: RunPhase | undefined;
    for (let i = 0; i < metrics.length; i++) {
      const due = dueAt(this.run, i, now);
      const metric = metrics[i];
      let result = results[i];
      if (due !== undefined && due <= now) {
        result = record(result, sample(metric, now, this.step), now);
        results[i] = result;
        result.phase = metricPhase(metric, result, false);
      }
      if (result === undefined || !isCompleted(result.phase)) {
        everything = false;
        continue;
      }
      if (metric.dryRun) {
        worst ??= 'Successful';
        continue;
      }
      if (result.phase !== 'Successful') ends = true;
      if (worst === undefined || WORSENING.indexOf(result.phase) > WORSENING.indexOf(worst)) {
        worst = result.phase;
        this.decidedBy = result.phase === 'Successful' ? undefined : metric;
      }
    }
    // A metric that ends badly ends the run, whatever the others would still have said.
    this.phase = (ends || everything) && worst !== undefined ? worst : 'Running';
    return this.phase;
  }
}
