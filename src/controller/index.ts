export * from './argo';
export { plannedCanaries, runFlagger } from './flagger';
export { CANARY_HASH, plannedRollouts, STABLE_HASH } from './from-graph';
export type { PlannedRollout, PlannedUpdate } from './from-graph';
export type { AnalysisModel, FlaggerLoop, MetricModel, RolloutModel, StepModel } from './model';
export { allMetrics } from './metrics';
export { runUpdate } from './updates/run-update';
export * from './updates/share';
