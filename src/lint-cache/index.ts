export { KnownFolders } from './known-folders';
export { Signatures } from './known-files';
export { type CurrentFiles, reuse, type Result, snapshotOf } from './reuse';
export type { StoredFinding } from './snapshot';
export { type Place, Store } from './store';
