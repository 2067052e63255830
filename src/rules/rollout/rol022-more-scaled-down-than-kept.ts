import { rollouts } from '../../graph';
import { exampleStrategy } from '../shared/example';
import type { Rule } from '../shared/rule';

/** @see https://argoproj.github.io/argo-rollouts/features/specification/ */
const DEFAULT_HISTORY = 10;

const blueGreen = 'blueGreen:\n  activeService: checkout\n  scaleDownDelayRevisionLimit: 5';

export const moreScaledDownThanKept: Rule = {
  code: 'ROL022',
  severity: 'error',
  title: 'More old versions are to keep their pods than are kept at all',
  why: 'The controller refuses the Rollout: InvalidSpec, Degraded, and nothing is rolled out.',
  fix: 'Make `scaleDownDelayRevisionLimit` at most `revisionHistoryLimit` (10 where it is not given).',
  bad: exampleStrategy(blueGreen, { spec: 'revisionHistoryLimit: 2' }),
  good: exampleStrategy(blueGreen, { spec: 'revisionHistoryLimit: 5' }),
  peers: { argo: "This rollout's revision history limit can not be smaller than the rollout's scale down limit" },
  check(graph, report) {
    for (const { resource, blueGreen: fields } of rollouts(graph)) {
      const limit = fields.get('scaleDownDelayRevisionLimit');
      const history = resource.field('spec', 'revisionHistoryLimit');
      const kept = history.number ?? DEFAULT_HISTORY;
      if (limit.number === undefined || limit.number <= kept) continue;
      report(limit, `${resource} delays the scaling down of ${limit.number} old versions and keeps only ${kept}`, {
        related: history.exists ? { field: history, message: 'how many it keeps' } : undefined,
      });
    }
  },
};
