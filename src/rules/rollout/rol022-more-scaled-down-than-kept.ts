import { rollouts } from '../../graph';
import { exampleStrategy } from '../shared/example';
import type { Rule } from '../shared/rule';

/** @see https://argoproj.github.io/argo-rollouts/features/specification/ */
const DEFAULT_HISTORY = 10;

const blueGreen = 'blueGreen:\n  activeService: checkout\n  scaleDownDelayRevisionLimit: 5';

export const moreScaledDownThanKept: Rule = {
  code: 'ROL022',
  severity: 'error',
  title: 'scaleDownDelayRevisionLimit is above revisionHistoryLimit',
  why: 'The Rollout would keep the pods of more old versions than it keeps ReplicaSets. The controller refuses it (InvalidSpec, Degraded), and nothing is rolled out.',
  fix: 'Set `scaleDownDelayRevisionLimit` to at most `revisionHistoryLimit` (default: 10).',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleStrategy(blueGreen, { spec: 'revisionHistoryLimit: 2' }),
  good: exampleStrategy(blueGreen, { spec: 'revisionHistoryLimit: 5' }),
  peers: { argo: "This rollout's revision history limit can not be smaller than the rollout's scale down limit" },
  checkPart(graph, report, part) {
    for (const { resource, blueGreen: fields } of part(rollouts(graph))) {
      const limit = fields.get('scaleDownDelayRevisionLimit');
      const history = resource.field('spec', 'revisionHistoryLimit');
      const kept = history.number ?? DEFAULT_HISTORY;
      if (limit.number === undefined || limit.number <= kept) continue;
      report(limit, `${resource} keeps the pods of ${limit.number} old versions but only ${kept} ReplicaSets`, {
        related: history.exists ? { field: history, message: 'the number of old versions that it keeps' } : undefined,
      });
    }
  },
};
