export { compareWithCluster } from './drift';
export type { Comparison, Drift, DriftKind } from './drift';
