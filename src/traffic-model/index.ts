export { binomial } from './counters/binomial';
export {
  DEFAULT_PROFILE,
  healthyProfile,
  isWeek,
  latencyMoments,
  latencyShare,
  meanRps,
  normalCdf,
  relationProblems,
  RESTART_REASONS,
  rpsAt,
  sameLatency,
  slower,
  startSecond,
  WEEKDAYS,
  wholeProfile,
  withP99,
} from './profile';
export type { Latency, RestartReason, TrafficProfile } from './profile';
export { PROFILE_FIELDS, profileSchema } from './profile-fields';
export { ProfileError, profileProblems, readProfile } from './profile-file';
export { compileModel } from './query/compile';
export type { Growth, Reading } from './query/compile';
export { evaluateQuery } from './query/evaluate';
export type { EvaluatedQuery } from './query/evaluate';
export { assumedToSucceed, metricReaderOf } from './query/metric-reader';
export type { MetricReader, Stated } from './query/metric-reader';
export { leavesOf, QueryNotRecognised } from './query/query-model';
export type { Cell, Leaf, QueryModel, Side } from './query/query-model';
export { statedQueryModel } from './query/stated';
export * from './random';
export { Counters, needsOf } from './counters/scraped-counters';
export type { Needs } from './counters/scraped-counters';
export type { StatedMetric } from './sources/app';
export { Exposition } from './sources/exposition';
export { nativeBuckets } from './sources/native-histogram';
export type { NativeBuckets, NativeHistogram } from './sources/native-histogram';
export { statusLabel } from './sources/outcome';
export type { StatusLabel } from './sources/outcome';
export { looksBack, queriedMetrics } from './sources/queried';
export { lifetime } from './counters/containers';
export { backOff, isOfRestarts, resourceValue } from './sources/resources';
export type { CountedOutcome, DescribedSample, Shown } from './sources/sample';
export { analysed, TrafficDescription } from './world/description';
export type { Analysed, Around, DescriptionOptions } from './world/description';
export { absentData, readingsOf } from './world/readings';
export type { MetricReading } from './world/readings';
export { Scraping } from './world/scraping';
export type { Counter, ExposedSamples } from './world/scraping';
export type { KnownSeries, RecordingRule, SeriesCatalogue } from './query/catalogue';
export { podPrefix, SYNTHETIC_HASHES } from './world/version';
export type { Hashes, Pointing, ScrapedPod, Version } from './world/version';
