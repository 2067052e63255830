import type { Graph } from '../../graph';
import { RULES } from '../../rules';
import type { Versions } from '../../versions';
import { highestOf } from './check';
import type { Finding } from './finding';
import { lintWith } from './versions';

/** A field that a release drops is lost without an error of the API server. */
const severity = { SCH011: 'error' } as const;

const CONSIDERED = RULES.filter((rule) => highestOf(rule, { severity }) === 'error');

/**
 * Finds the linter's errors in rendered objects, and the fields that a release of the cluster silently drops.
 *
 * @param versions The releases that the cluster runs.
 * @param accepted The codes of rules whose findings the user accepts.
 */
export function refusals(graph: Graph, versions: Versions, accepted: readonly string[] = []): readonly Finding[] {
  return lintWith(CONSIDERED, graph, { ignore: accepted, least: 'error', severity, versions }).findings;
}
