import { analysesIn, rollouts } from '../../graph';
import type { Rule } from '../shared/rule';
import { canaryRollout } from '../shared/samples';
import { weightOf } from '../shared/timeline';

const analysis = '- analysis:\n    templates:\n      - templateName: checkout-errors\n';

export const laterWeightsNotAnalysed: Rule = {
  code: 'ANA026',
  severity: 'advice',
  title: 'The lower weights are analysed and a higher one is not',
  why: 'Much of what is wrong with a version shows only under more load. A higher weight that time alone ends is passed by a version that fails there.',
  fix: 'Analyse at the last weight too, or use a background analysis, which covers all of them.',
  bad: canaryRollout({ steps: `- setWeight: 10\n${analysis}- setWeight: 60\n- pause: { duration: 10m }` }),
  good: canaryRollout({ steps: `- setWeight: 10\n- pause: { duration: 10m }\n- setWeight: 60\n${analysis}` }),
  check(graph, report) {
    for (const { resource, steps } of rollouts(graph)) {
      const uses = analysesIn(graph, resource);
      if (uses.some(({ place }) => place === 'background')) continue;
      const last = Math.max(...uses.flatMap(({ step }) => step ?? []));
      if (!Number.isFinite(last)) continue;
      const analysed = Math.max(0, ...steps.slice(0, last).flatMap((step) => weightOf(step) ?? []));
      const after = steps.slice(last + 1);
      // A person who ends the pause, and a plugin, judge as well.
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
