export { dueAt, ERROR_RETRY_SECONDS, isCompleted, metricPhase, newRun, record } from './analysis-run';
export type { AnalysisRun, Measure, Measured, RunPhase } from './analysis-run';
export { behaviourOf } from './behaviour';
export { type BlueGreenProgress, blueGreenStages, stageIndex } from './blue-green-stages';
export { run } from './run';
export type {
  Ending,
  Frame,
  MeasurementEvent,
  OutsideAction,
  PersonsAction,
  TimedAction,
  Trace,
  Versions,
  World,
} from './trace';
export type { PauseReason, RolloutPhase, Version } from './state';
