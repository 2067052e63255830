export * from './argo';
export { plannedCanaries, runFlagger } from './flagger';
export { CANARY_HASH, STABLE_HASH } from './reading/analyses-from-graph';
export { assumedObjects } from './reading/assumed-objects';
export { plannedRollout, plannedRollouts } from './reading/from-graph';
export type { PlannedRollout, PlannedUpdate } from './reading/from-graph';
export type {
  AnalysisModel,
  BlueGreenModel,
  BlueGreenStage,
  ExperimentModel,
  FlaggerLoop,
  MetricModel,
  RolloutModel,
  StepModel,
} from './model';
export { allMetrics, measuredMetrics, unknownMetrics } from './metrics';
export { runUpdate } from './updates/run-update';
export * from './updates/share';
