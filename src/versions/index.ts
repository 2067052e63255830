export { ARGO_CD } from './argo-cd';
export { ARGO_ROLLOUTS } from './argo-rollouts';
export { controllerBehaviour } from './controller-behaviour';
export type { ControllerBehaviour } from './controller-behaviour';
export { differing, holdingFor, describeEntry, lookUp } from './entry';
export type { Change, Entry, System } from './entry';
export { fieldChanges, fieldsMissingIn, kindByRelease, KINDS_BY_RELEASE, releaseOfField } from './fields';
export type { FieldChange, FieldSystem, KindOfSystem } from './fields';
export { GATEWAY_API_PLUGIN } from './gateway-api-plugin';
export { ISTIO } from './istio';
export { PROMETHEUS, PROMETHEUS_FUNCTIONS } from './prometheus';
export type { Availability } from './prometheus';
export { SAME_IN_ALL } from './same-in-all';
export type { Constant } from './same-in-all';
export { compareReleases, coverage, parseRelease, parseReleases, formatReleases } from './release';
export type { Release, ReleaseProblem } from './release';
export {
  NEWEST,
  SYSTEMS,
  alikeReleases,
  newestOf,
  onlyNewest,
  ranges,
  readVersions,
  releaseProperties,
  formatVersions,
} from './stated';
export type { Alike, Releases, SystemKey, VersionProblem, Versions } from './stated';
