export type { EndpointsRole } from './discover';
export type { ScrapeDefaults, ScrapeJob, ScrapeLimits } from './job';
export * from './pod';
export { readRelabelRule, relabel, type RelabelAction, relabelProblem, type RelabelRule } from './relabel';
export * from './sample';
export { type ScrapedAddress, scrapedAddresses } from './scraped-addresses';
export { hasPort, type Scraped, type ScrapeTarget, scrapeTargets, type ScrapeTargetsOptions } from './targets';
