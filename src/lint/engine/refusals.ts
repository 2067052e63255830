import type { Graph } from '../../graph';
import { groupOf, RULES } from '../../rules';
import type { Versions } from '../../versions';
import { highestOf } from './check';
import type { Finding } from './finding';
import { lintWith } from './versions';

/** The rule that finds fields which a release drops: it compares definitions, so no patch is too new for it. */
const DROPPED = 'SCH011';

const severity = { [DROPPED]: 'error' } as const;

/** The others about schemas are left out: a patch may use a field that is newer than the schemas. */
const CONSIDERED = RULES.filter(
  (rule) => (rule.code === DROPPED || groupOf(rule.code) !== 'SCH') && highestOf(rule, { severity }) === 'error',
);

/**
 * What a cluster refuses or silently drops of rendered objects: the linter's errors, and fields that a release drops.
 *
 * @param versions The releases that the cluster runs.
 * @param accepted The codes of rules whose findings the user accepts.
 */
export function refusals(graph: Graph, versions: Versions, accepted: readonly string[] = []): readonly Finding[] {
  return lintWith(CONSIDERED, graph, { ignore: accepted, least: 'error', severity, versions }).findings;
}
