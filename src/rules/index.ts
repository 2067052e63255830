import type { Graph } from '../graph';
import { RULES } from './all';
import { type LintOptions, type LintResult, lintWith } from './lint';

/** Finds what is wrong in a graph, by all rules that the options select. */
export function lint(graph: Graph, options?: LintOptions): LintResult {
  return lintWith(RULES, graph, options);
}

export { RULES } from './all';
export { type Baseline, baselineOf, parseBaseline } from './baseline';
export { type Finding, wholeMessage } from './finding';
export { applyFixes, type Fix, isMendable } from './fix';
export { atLeast, countBySeverity, type LintOptions, type LintResult, lintWith } from './lint';
export { type Group, groupOf, GROUPS, pageOf, type Rule, SEVERITIES, type Severity } from './rule';
export { selectionProblems } from './select';
