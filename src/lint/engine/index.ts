import type { Graph } from '../../graph';
import { RULES } from '../../rules';
import type { LintOptions, LintResult } from './lint';
import { lintWith } from './versions';

/** Finds what is wrong in a graph, by all rules that the options select. */
export function lint(graph: Graph, options?: LintOptions): LintResult {
  return lintWith(RULES, graph, options);
}

export { type Finding, wholeMessage } from './finding';
export { atLeast, countBySeverity, type LintOptions, type LintResult } from './lint';
export { lintWith } from './versions';
