import type { Graph } from '../graph';
import { RULES } from '../rules';
import { type LintOptions, type LintResult, lintWith } from './engine/lint';

/** Finds what is wrong in a graph, by all rules that the options select. */
export function lint(graph: Graph, options?: LintOptions): LintResult {
  return lintWith(RULES, graph, options);
}

export { type Baseline, baselineOf, parseBaseline } from './engine/baseline';
export { LINT_CONFIG_SCHEMA, type LintConfig, parseLintConfig } from './engine/config';
export { type Finding, wholeMessage } from './engine/finding';
export { atLeast, type LintOptions, type LintResult } from './engine/lint';
export { FORMATS, type Format, type ReportContext, type ReportOptions, writeReport } from './report';
export { rulePage, ruleTable } from './report';
export { selectionProblems } from './engine/select';
