export { applyFixes, isFixable, type TextEdit, textEdits } from './engine/apply-fixes';
export { type Baseline, baselineOf, parseBaseline } from './engine/baseline';
export { checkLintConfig, LINT_CONFIG_SCHEMA, type LintConfig, parseLintConfig } from './engine/config';
export { selectionProblems } from './engine/select';
export { IGNORE_ANNOTATION } from './engine/suppression';
export * from './engine';
export { FORMATS, type Format, type ReportContext, type ReportOptions, writeReport } from './report';
export { ruleListJson, ruleListText, rulePage, ruleTable, ruleText } from './report';
