import type { Graph } from '../../graph';
import type { Report, Rule } from '../shared/rule';
import { environmentOf } from './environments';
import { EXAMPLE_WAREHOUSE, exampleStage, kargoStages } from './kargo-stages';

const manifests = (staging: string, production: string): string =>
  [EXAMPLE_WAREHOUSE, exampleStage('staging', staging), exampleStage('production', production)].join('---\n');

export const productionFirst: Rule = {
  code: 'GIT016',
  severity: 'warning',
  title: 'Production gets a version before staging',
  why: 'A promotion that starts in production tries each version on its users first, so the other environments protect nobody. The order is that of the steps of a progressive sync (RollingSync) in an ApplicationSet, or of the sources of a Kargo Stage.',
  fix: 'Put the step of production last; let the Stage of production take Freight from the Stage before it.',
  whenNotToUse: 'When the names mean something else than environments of one promotion.',
  confirmedBy: 'Argo CD 3.5 and Kargo 1.8, by their documentation. No system refuses the manifests.',
  bad: manifests('{ stages: [production] }', '{ direct: true }'),
  good: manifests('{ direct: true }', '{ stages: [staging] }'),
  check(graph, report) {
    checkStages(graph, report);
    checkProgressiveSyncs(graph, report);
  },
};

function checkStages(graph: Graph, report: Report): void {
  const all = kargoStages(graph);
  for (const { resource, origins } of all) {
    for (const { field, warehouse, direct, stages } of origins) {
      if (environmentOf(resource.name) === 'earlier') {
        const production = stages.find(({ string }) => environmentOf(string ?? '') === 'production');
        if (production) report(production, `${resource} gets a version only after ${production.string}`);
        continue;
      }
      // Stages may also request urgent fixes directly; then they name other Stages as well.
      if (environmentOf(resource.name) !== 'production' || !direct || stages.length > 0) continue;
      const beside = all.find(
        (other) =>
          environmentOf(other.resource.name) === 'earlier' &&
          other.resource.namespace === resource.namespace &&
          other.origins.some((one) => one.direct && one.warehouse.string === warehouse.string),
      );
      if (beside === undefined) continue;
      report(field.get('sources'), `${resource} gets each version at the same time as ${beside.resource}`, {
        hint: `take it from the Stage before: stages: [${beside.resource.name}]`,
        related: {
          field: beside.resource.field('spec', 'requestedFreight'),
          message: `the source of ${beside.resource}`,
        },
      });
    }
  }
}

function checkProgressiveSyncs(graph: Graph, report: Report): void {
  for (const set of graph.ofKind('ApplicationSet', 'argoproj.io')) {
    const strategy = set.field('spec', 'strategy');
    if (strategy.get('type').string !== 'RollingSync') continue;
    const steps = strategy
      .get('rollingSync', 'steps')
      .items()
      .map((step) =>
        step
          .get('matchExpressions')
          .items()
          .filter((one) => one.get('operator').string === 'In')
          .flatMap((one) => one.get('values').items()),
      );
    steps.forEach((values, at) => {
      const production = values.find(({ string }) => environmentOf(string ?? '') === 'production');
      if (production === undefined) return;
      const later = steps
        .slice(at + 1)
        .flat()
        .find(({ string }) => environmentOf(string ?? '') === 'earlier');
      if (later === undefined) return;
      report(production, `step ${at + 1} of ${set} syncs '${production.string}' before '${later.string}'`, {
        related: { field: later, message: 'the later step' },
      });
    });
  }
}
