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

/** The rules whose findings Argo Rollouts itself reports as an InvalidSpec, so that no update begins. */
const INVALID_SPEC: ReadonlySet<string> = new Set([
  ...['ANA002', 'ANA014', 'REF005', 'REF006', 'REF007', 'REF009', 'REF010', 'REF011', 'REF012', 'REF014', 'REF019'],
  ...['ROL001', 'ROL002', 'ROL003', 'ROL005', 'ROL006', 'ROL007', 'ROL008', 'ROL010', 'ROL011', 'ROL012', 'ROL013'],
  ...['ROL014', 'ROL015', 'ROL016', 'ROL017', 'ROL018', 'ROL019', 'ROL020', 'ROL021', 'ROL022'],
  ...['TRF001', 'TRF002', 'TRF003', 'TRF004', 'TRF005'],
]);

const BY_CONTROLLER = RULES.filter(({ code }) => INVALID_SPEC.has(code));

/**
 * Finds why Argo Rollouts refuses Rollouts (InvalidSpec), for the releases of the graph. Objects that a Rollout names and that
 * are not in the graph may be in the cluster, so they are no reason.
 */
export function controllerRefusals(graph: Graph): readonly Finding[] {
  return lintWith(BY_CONTROLLER, graph, { least: 'error' }).findings;
}
