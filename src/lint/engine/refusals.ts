import type { Graph } from '../../graph';
import { groupOf, RULES } from '../../rules';
import type { Versions } from '../../versions';
import { highestOf } from './check';
import type { Finding } from './finding';
import { lintWith } from './versions';

/** The rule that finds fields which a release drops: it compares definitions, so no patch is too new for it. */
const DROPPED = 'SCH011';

const severity = { [DROPPED]: 'error' } as const;

/** Without the other rules about schemas: a patch may use a field that is newer than the schemas. */
const CONSIDERED = RULES.filter(
  (rule) => (rule.code === DROPPED || groupOf(rule.code) !== 'SCH') && highestOf(rule, { severity }) === 'error',
);

/**
 * Finds the linter's errors in rendered objects, and the fields that a release of the cluster silently drops.
 *
 * @param versions The releases that the cluster runs.
 * @param accepted The codes of rules whose findings the user accepts.
 */
export function refusals(graph: Graph, versions: Versions, accepted: readonly string[] = []): readonly Finding[] {
  return lintWith(CONSIDERED, graph, { ignore: accepted, least: 'error', severity, versions }).findings;
}
