export type { Change, Effect } from './change';
export { planDifferences, type RangeDifference } from './range';
export { upgradeReport, type UpgradeReport } from './upgrade';
export { upgradeJson, upgradeMarkdown, upgradePage, upgradeText } from './write';
