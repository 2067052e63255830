import type { Reference } from '../../graph';
import { reportMissing } from '../shared/missing-reference';
import type { Report, Rule } from '../shared/rule';
import { EXAMPLE_WAREHOUSE, exampleStage, type KargoStage, kargoStages } from './kargo-stages';

const manifests = (source: string): string =>
  [
    EXAMPLE_WAREHOUSE,
    exampleStage('staging', '{ direct: true }'),
    exampleStage('production', `{ stages: [${source}] }`),
  ].join('---\n');

export const freightFromNowhere: Rule = {
  code: 'GIT015',
  severity: 'warning',
  title: 'A Stage of Kargo takes its Freight from nowhere',
  why: 'A Stage gets Freight from a Warehouse, or from Stages that have verified it. If the Warehouse or every such Stage does not exist, or if Stages wait for each other in a circle, no Freight ever arrives, and no version is promoted. Kargo accepts the objects.',
  fix: 'Name a Warehouse and Stages of the same Project, and let one Stage take Freight with `direct: true`.',
  whenNotToUse: 'When the Stage or Warehouse is created elsewhere. Without `--closed-world` that is a note.',
  confirmedBy: 'Kargo 1.8, by its documentation. No system refuses the manifests.',
  bad: manifests('stagin'),
  good: manifests('staging'),
  check(graph, report) {
    const stages = kargoStages(graph);
    for (const { resource, origins } of stages) {
      for (const { warehouse, stages: sources } of origins) {
        const named: readonly [typeof warehouse, string][] = [
          [warehouse, 'Warehouse'],
          ...sources.map((source) => [source, 'Stage'] as [typeof warehouse, string]),
        ];
        for (const [field, kind] of named) {
          if (!field.string) continue;
          const to = { group: 'kargo.akuity.io', kind, name: field.string, namespace: resource.namespace };
          const target = graph.find(to, resource);
          const reference: Reference = { from: field, to, target };
          if (target === undefined) {
            reportMissing(
              graph,
              report,
              reference,
              `${resource} takes Freight from ${kind} '${field.string}', which nothing here defines`,
            );
          }
        }
      }
    }
    reportCircles(stages, report);
  },
};

/** Stages that get Freight only from each other. */
function reportCircles(stages: readonly KargoStage[], report: Report): void {
  const key = (name: string, namespace: string | undefined): string => `${namespace ?? ''}/${name}`;
  const byName = new Map(stages.map((stage) => [key(stage.resource.name, stage.resource.namespace), stage]));
  // The Stages that Freight can reach from Warehouses and from Stages outside the given set.
  const reached = new Set<KargoStage>();
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const stage of stages) {
      const arrives = stage.origins.every(
        ({ direct, stages: sources }) =>
          direct ||
          sources.length === 0 ||
          sources.some((source) => {
            const from = byName.get(key(source.string ?? '', stage.resource.namespace));
            return from === undefined || reached.has(from);
          }),
      );
      if (arrives) reached.add(stage);
    }
  }
  for (const stage of stages) {
    if (reached.has(stage)) continue;
    const origin = stage.origins.find(({ direct, stages: sources }) => !direct && sources.length > 0);
    if (origin === undefined) continue;
    report(
      origin.field.get('sources', 'stages'),
      `no Freight reaches ${stage.resource}: its Stages wait for each other`,
      { hint: 'let the first Stage take Freight with direct: true' },
    );
  }
}
