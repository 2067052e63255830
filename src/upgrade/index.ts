export type { Change, Effect } from './change';
export { upgradeReport, type UpgradeReport } from './upgrade';
export { upgradeJson, upgradeMarkdown, upgradePage, upgradeText } from './write';
