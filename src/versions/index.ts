export { ARGO_CD } from './argo-cd';
export {
  ARGO_ROLLOUTS,
  ARGO_ROLLOUTS_KINDS,
  controllerBehaviour,
  fieldChanges,
  fieldsMissingIn,
  releaseOfField,
} from './argo-rollouts';
export type { ControllerBehaviour, FieldChange } from './argo-rollouts';
export { differing, holdingFor, describeEntry, lookUp } from './entry';
export type { Change, Entry, System } from './entry';
export { GATEWAY_API_PLUGIN } from './gateway-api-plugin';
export { PROMETHEUS, PROMETHEUS_FUNCTIONS } from './prometheus';
export type { Availability } from './prometheus';
export { SAME_IN_ALL } from './same-in-all';
export type { Constant } from './same-in-all';
export { compareReleases, parseRelease, parseReleases, formatReleases } from './release';
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
