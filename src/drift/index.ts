export { compareWithCluster } from './drift';
export type { Comparison } from './drift';
