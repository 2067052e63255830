export { getObjects } from './kubectl';
export type { ClusterFlags, Fetched } from './kubectl';
