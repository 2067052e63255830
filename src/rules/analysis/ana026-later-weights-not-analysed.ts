import { analysesIn, rollouts } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { steppedRollout } from '../shared/example';
import { weightOf } from '../shared/step-timeline';

const analysis = '- analysis:\n    templates:\n      - templateName: checkout-errors\n';

export const laterWeightsNotAnalysed: Rule = {
  code: 'ANA026',
  severity: 'advice',
  title: 'A higher weight than the analysed ones is reached by time alone',
  why: 'Many defects only show under load. If a later step raises the weight and nothing measures after it, a version that fails at that weight is still promoted.',
  fix: 'Add an analysis after the last weight, or use a background analysis, which covers all weights.',
  whenNotToUse: 'Ignore it when alerts or another system abort the rollout during the later steps.',
  confirmedBy: CONFIRMED_BY.timeline,
  bad: steppedRollout({ steps: `- setWeight: 10\n${analysis}- setWeight: 60\n- pause: { duration: 10m }` }),
  good: steppedRollout({ steps: `- setWeight: 10\n- pause: { duration: 10m }\n- setWeight: 60\n${analysis}` }),
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      const uses = analysesIn(graph, resource);
      if (uses.some(({ place }) => place === 'background')) continue;
      const last = Math.max(...uses.flatMap(({ step }) => step ?? []));
      if (!Number.isFinite(last)) continue;
      const analysed = Math.max(0, ...steps.slice(0, last).flatMap((step) => weightOf(step) ?? []));
      const after = steps.slice(last + 1);
      // A manual approval and a plugin also evaluate the version.
      const judged = after.some(
        ({ field, kinds }) =>
          kinds.includes('plugin') || (kinds.includes('pause') && !field.get('pause', 'duration').exists),
      );
      const unjudged = after.filter((step) => (weightOf(step) ?? 0) > analysed && weightOf(step)! < 100);
      if (judged || unjudged.length === 0) continue;
      const weights = unjudged.map((step) => `${weightOf(step)} %`).join(', ');
      report(
        unjudged[0].field.get('setWeight'),
        `${resource} is analysed for the last time in step ${last + 1}, at ${analysed} %, and goes through ${weights} by time alone`,
      );
    }
  },
};
