import type { MeasurementPhase } from '../../expr';
import type { AnalysisModel, MetricModel } from '../model';

/** Errors are measured again after this many seconds, whatever the interval. */
export const ERROR_RETRY_SECONDS = 10;

export type RunPhase = 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

/** The state of a metric: the controller's counters. */
export interface MetricResult {
  phase: RunPhase;
  count: number;
  failed: number;
  inconclusive: number;
  consecutiveError: number;
  consecutiveSuccess: number;
  lastPhase: MeasurementPhase;
  lastFinished: number;
}

/** An AnalysisRun under way. */
export interface AnalysisRun {
  readonly analysis: AnalysisModel;
  readonly background: boolean;
  /** The step that it was created at. */
  readonly stepIndex?: number;
  /** The name of the analysis within the experiment of the step. Undefined if it does not belong to an experiment. */
  readonly experiment?: string;
  /** By metric, undefined until its first measurement. */
  readonly results: (MetricResult | undefined)[];
  startedAt?: number;
  phase: RunPhase;
  message: string;
  terminate: boolean;
}

/** One measurement as a provider returned it, and how long it took. */
export interface Measured {
  readonly phase: MeasurementPhase;
  /** Seconds; default 0. */
  readonly seconds?: number;
}

export type Measure = (run: AnalysisRun, metric: MetricModel, now: number) => Measured;

export const WORSENING: readonly RunPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];

export const isCompleted = (phase: RunPhase): boolean => phase !== 'Pending' && phase !== 'Running';

const endsRun = (phase: RunPhase): boolean => phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';

export function newRun(
  analysis: AnalysisModel,
  background: boolean,
  stepIndex?: number,
  experiment?: string,
): AnalysisRun {
  const results = analysis.metrics.map(() => undefined);
  return { analysis, background, stepIndex, experiment, results, phase: 'Pending', message: '', terminate: false };
}

function isTerminating(run: AnalysisRun): boolean {
  return (
    run.terminate ||
    run.results.some((result, i) => !run.analysis.metrics[i].dryRun && result !== undefined && endsRun(result.phase))
  );
}

/** The time of the next measurement. Undefined if there is none. The run must not be terminating. */
export function dueAt(run: AnalysisRun, index: number, now: number): number | undefined {
  const metric = run.analysis.metrics[index];
  const result = run.results[index];
  if (result === undefined) {
    if (metric.initialDelay === undefined) return now;
    return run.startedAt === undefined ? undefined : run.startedAt + metric.initialDelay;
  }
  if (isCompleted(result.phase) || (metric.count !== undefined && result.count >= metric.count)) return undefined;
  const wait = result.lastPhase === 'Error' ? ERROR_RETRY_SECONDS : (metric.interval ?? ERROR_RETRY_SECONDS);
  return result.lastFinished + wait;
}

/** Counts one measurement. */
export function record(result: MetricResult | undefined, phase: MeasurementPhase, finished: number): MetricResult {
  const counted: MetricResult = result ?? {
    phase: 'Running',
    count: 0,
    failed: 0,
    inconclusive: 0,
    consecutiveError: 0,
    consecutiveSuccess: 0,
    lastPhase: phase,
    lastFinished: finished,
  };
  counted.lastPhase = phase;
  counted.lastFinished = finished;
  if (phase === 'Error') {
    counted.consecutiveError++;
    counted.consecutiveSuccess = 0;
    return counted;
  }
  counted.count++;
  counted.consecutiveError = 0;
  counted.consecutiveSuccess = phase === 'Successful' ? counted.consecutiveSuccess + 1 : 0;
  if (phase === 'Failed') counted.failed++;
  if (phase === 'Inconclusive') counted.inconclusive++;
  return counted;
}

/** The limit that a metric exceeded, if any. Later limits override earlier ones. */
function beyondLimit(metric: MetricModel, result: MetricResult): { phase: RunPhase; why: string } | undefined {
  if (result.consecutiveError > metric.consecutiveErrorLimit) {
    return {
      phase: 'Error',
      why: `consecutiveErrors (${result.consecutiveError}) > consecutiveErrorLimit (${metric.consecutiveErrorLimit})`,
    };
  }
  if (result.inconclusive > metric.inconclusiveLimit) {
    return {
      phase: 'Inconclusive',
      why: `inconclusive (${result.inconclusive}) > inconclusiveLimit (${metric.inconclusiveLimit})`,
    };
  }
  if (metric.failureLimit >= 0 && result.failed > metric.failureLimit) {
    return { phase: 'Failed', why: `failed (${result.failed}) > failureLimit (${metric.failureLimit})` };
  }
  return undefined;
}

/** A metric's phase after its latest measurement. */
export function metricPhase(metric: MetricModel, result: MetricResult, terminating: boolean): RunPhase {
  if (isCompleted(result.phase)) return result.phase;
  const beyond = beyondLimit(metric, result);
  if (beyond) return beyond.phase;
  const wanted = metric.consecutiveSuccessLimit;
  if (wanted > 0 && result.consecutiveSuccess >= wanted) return 'Successful';
  if (metric.count !== undefined && result.count >= metric.count) {
    if (wanted === 0) return 'Successful';
    return metric.failureLimit >= 0 ? 'Inconclusive' : 'Failed';
  }
  return terminating ? 'Successful' : 'Running';
}

/** Takes the measurements that are due; the caller counts them when they are finished. */
export function takeMeasurements(
  run: AnalysisRun,
  now: number,
  measure: Measure,
): { index: number; measured: Measured }[] {
  if (isTerminating(run)) return [];
  return run.analysis.metrics.flatMap((metric, index) => {
    const due = dueAt(run, index, now);
    return due !== undefined && due <= now ? [{ index, measured: measure(run, metric, now) }] : [];
  });
}

/**
 * One reconcile of an AnalysisRun with the measurements that it took. Returns whether the run's status changed, after
 * which the controller reconciles again.
 */
export function assessRun(
  run: AnalysisRun,
  taken: readonly { index: number; measured: Measured }[],
  now: number,
): boolean {
  if (isCompleted(run.phase)) return false;
  if (run.analysis.invalid !== undefined) {
    run.phase = 'Error';
    run.message = run.analysis.invalid;
    return true;
  }
  for (const { index, measured } of taken) {
    run.results[index] = record(run.results[index], measured.phase, now);
  }
  let changed = taken.length > 0 || run.startedAt === undefined;
  run.startedAt ??= now;
  const terminating = isTerminating(run);
  let worst: RunPhase | undefined;
  let message = '';
  let everything = true;
  run.analysis.metrics.forEach((metric, i) => {
    const result = run.results[i];
    if (result === undefined) {
      everything = false;
      return;
    }
    const phase = metricPhase(metric, result, terminating);
    changed ||= phase !== result.phase;
    result.phase = phase;
    if (!isCompleted(phase)) {
      everything = false;
    } else if (metric.dryRun) {
      worst ??= 'Successful';
    } else if (worst === undefined || WORSENING.indexOf(phase) > WORSENING.indexOf(worst)) {
      worst = phase;
      const why = beyondLimit(metric, result)?.why;
      if (why !== undefined) message = `Metric "${metric.name}" assessed ${phase} due to ${why}`;
    }
  });
  let phase: RunPhase = worst ?? 'Running';
  if (terminating) phase = worst ?? 'Successful';
  else if (!everything) phase = 'Running';
  changed ||= phase !== run.phase;
  if (phase !== run.phase) {
    run.phase = phase;
    run.message = isCompleted(phase) ? message : '';
  }
  return changed;
}

/** The time of the next reconcile of the run, if any. */
export function nextMeasurement(run: AnalysisRun, now: number): number | undefined {
  if (isCompleted(run.phase) || isTerminating(run)) return undefined;
  const times = run.analysis.metrics
    .map((_, index) => dueAt(run, index, now))
    .filter((time): time is number => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}
