import type { Graph } from '../graph';
import type { Each } from '../formats/each';
import type { LintOptions } from '../lint';
import type { Releases } from '../versions';
import { changedBehaviours } from './behaviours';
import type { Change, Effect } from './change';
import { changedConditions } from './conditions';
import { changedFindings } from './findings';
import { changedPlans } from './plans';
import { changedQueries } from './queries';
import { stepsOf, type Step } from './releases';

/** What an upgrade changes for a set of manifests. */
export interface UpgradeReport {
  /** The systems that are upgraded. */
  readonly steps: readonly Step[];
  /** The worst first, and within an effect in the order of the manifests. */
  readonly changes: readonly Change[];
  /** What could not be compared. */
  readonly notes: readonly string[];
}

/** How manifests are judged. */
export interface UpgradeOptions extends LintOptions {
  /** Goes through the Rollouts, to show progress. */
  readonly each?: Each;
}

const EFFECTS: readonly Effect[] = ['worse', 'different', 'better'];

/**
 * What changes for manifests when systems go from some releases to others: the linter, the engine of conditions, the model
 * of the controller and the tables of behaviour are asked for both releases, and only differences are kept. Each graph is
 * judged by itself.
 */
export function upgradeReport(
  graphs: readonly Graph[],
  from: Releases,
  to: Releases,
  options: UpgradeOptions = {},
): UpgradeReport {
  const steps = stepsOf(from, to);
  const each = graphs.map((graph) => ({ graph, ...changesOf(graph, steps, options) }));
  const files = new Map<string, number>();
  for (const { graph } of each) {
    for (const { origin } of graph.resources) if (!files.has(origin.file)) files.set(origin.file, files.size);
  }
  const rank = ({ effect, file = '', line = 0, column = 0 }: Change): readonly number[] => [
    EFFECTS.indexOf(effect),
    files.get(file) ?? -1,
    line,
    column,
  ];
  const ranked = each.flatMap(({ changes }) => changes.map((change) => ({ change, at: rank(change) })));
  ranked.sort((a, b) => a.at.map((one, i) => one - b.at[i]).find((difference) => difference !== 0) ?? 0);
  const notes = [...new Set(each.flatMap((one) => one.notes))];
  return { steps, changes: ranked.map(({ change }) => change), notes };
}

function changesOf(
  graph: Graph,
  steps: readonly Step[],
  options: UpgradeOptions,
): Pick<UpgradeReport, 'changes' | 'notes'> {
  const notes: string[] = [];
  const changes = steps.flatMap((step) => {
    // Conditions, queries and behaviours read the graph as it is for the release that is left.
    const given = graph.on(step.before);
    const conditions = changedConditions(given, step);
    notes.push(...conditions.notes);
    return [
      ...changedFindings(graph, step, options),
      ...conditions.changes,
      ...changedPlans(graph, step, options.each),
      ...changedQueries(given, step),
      ...changedBehaviours(given, step),
    ];
  });
  return { changes, notes };
}
