import type { Graph } from '../../graph';
import { RULES } from '../../rules';
import type { LintOptions, LintResult } from './lint';
import { lintWith } from './versions';

/** Runs all rules that the options select over a graph. */
export function lint(graph: Graph, options?: LintOptions): LintResult {
  return lintWith(RULES, graph, options);
}

export { check, joined, type Raw, type SeverityOptions, type Share } from './check';
export { type Consequence, type Finding, type Subject, wholeMessage } from './finding';
export { applyBaseline, atLeast, type CheckRules, countBySeverity, type LintOptions, type LintResult } from './lint';
export { controllerRefusals, refusals } from './refusals';
export { doTasks, type FoundInTask, inOrder, partsOf, progressOf, tasksOf } from './tasks';
export { lintBy, lintInSteps, lintWith } from './versions';
