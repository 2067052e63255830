export * from './closed-form';
export { meaningOf, QueryNotRecognised, statedMeaning } from './meaning';
export type { Meaning } from './meaning';
export { Simulator, walkBlocks } from './montecarlo';
export type { Outcome, Sampled } from './montecarlo';
export { NeverPromoted, scheduleOf } from './schedule';
export { isAnalysed, simulate, wholeProfile } from './simulate';
export type { Simulation, SimulationOptions, Spread } from './simulate';
export { mean, quantile, share } from './statistics';
export type { Share } from './statistics';
export { suggest } from './suggest';
export type { Goal, Suggestion } from './suggest';
export { percentage, simulationText } from './text';
export { DEFAULT_PROFILE, profileProblems } from './traffic';
export type { Latency, TrafficProfile } from './traffic';
// The controllers themselves: `run(rollout, world)` passes through step, weight, replicas and phase.
export { run } from '../plan';
export type { Frame, Trace, World } from '../plan';
