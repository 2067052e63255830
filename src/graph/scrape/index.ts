export type { EndpointsRole } from './discover';
export type { ScrapeDefaults, ScrapeJob, ScrapeLimits } from './job';
export * from './pod';
export type { RelabelAction, RelabelRule } from './relabel';
export * from './sample';
export * from './targets';
