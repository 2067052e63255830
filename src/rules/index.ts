export { RULES } from './all';
export type { FieldEdit, Fix } from './shared/fix';
export { type Details, type Group, groupOf, GROUPS, pageOf, type Part, type Report, type Rule } from './shared/rule';
export { SEVERITIES, type Severity } from './shared/rule';
export { closest } from './shared/suggest';
export { allQueries, type AnyQuery } from './shared/all-queries';
export { rootOf } from './shared/metric-query';
export { queryOf } from './shared/metric-query';
export { fillIn, metricLabel, usesOf } from './shared/metric-settings';
