export { metricReaderOf } from './metric-reader';
export type { MetricReader, Stated } from './metric-reader';
export {
  DEFAULT_PROFILE,
  latencyMoments,
  latencyShare,
  meanRps,
  normalCdf,
  relationProblems,
  rpsAt,
  wholeProfile,
} from './profile';
export type { Latency, TrafficProfile } from './profile';
export { PROFILE_FIELDS, profileSchema } from './profile-fields';
export { ProfileError, profileProblems, readProfile } from './profile-file';
export * from './query-leaf';
export * from './query-model';
export * from './random';
export * from './scraped-counters';
