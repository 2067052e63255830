import { lengthOfTime } from '../../formats/go-duration';
import { analysesIn, type Graph, type Rollout, rollouts, type Step } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { steppedRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepSeconds, weightOf } from '../shared/step-timeline';

const rollout = (more: string): string =>
  steppedRollout({ steps: `- setWeight: 20\n- pause: { duration: 10s }\n- setWeight: 60\n- pause: ${more}` });

export const nothingJudges: Rule = {
  code: 'ANA035',
  severity: 'advice',
  title: 'Nothing judges the canary: no analysis and no manual approval',
  why: 'The steps end by time alone, so every version whose pods become ready is promoted, however many requests fail. A simulation of such a rollout catches no bad version. Readiness probes are checked with or without a canary; the steps only delay what a rolling update does.',
  fix: 'Add an analysis to a step or in the background, or a pause without a duration for manual approval.',
  whenNotToUse:
    'Ignore it when something outside the manifests aborts the rollout, such as an alert with a webhook, or an operator who watches a dashboard.',
  confirmedBy: CONFIRMED_BY.source,
  bad: rollout('{ duration: 10s }'),
  good: rollout('{}'),
  checkPart(graph, report, part) {
    for (const one of part(rollouts(graph))) {
      const { canary, blueGreen, resource, steps } = one;
      if (canary.exists && steps.length > 0 && !isJudged(graph, one, steps)) {
        const weights = steps.flatMap((step) => weightOf(step) ?? []);
        const seconds = steps.reduce((sum, step) => sum + stepSeconds(graph, one, step), 0);
        const first = weights.length > 0 ? `from ${weights[0]} % to 100 %` : 'to 100 %';
        const time = Number.isFinite(seconds) ? ` in ${lengthOfTime(seconds)}` : '';
        report(
          canary.get('steps'),
          `${resource} goes ${first}${time}, and neither an analysis nor a manual approval judges the canary`,
          { on: 'key', hint: `${exposureOf(graph, one, steps)}; add an analysis, or a pause without a duration` },
        );
      }
      // A blue-green Rollout that promotes automatically, without an analysis before.
      const automatic = blueGreen.get('autoPromotionEnabled').boolean !== false;
      if (blueGreen.exists && !canary.exists && automatic && analysesIn(graph, resource).length === 0) {
        report(
          blueGreen,
          `${resource} promotes each version as soon as its pods are ready, and neither an analysis nor a manual approval judges it`,
          { on: 'key', hint: 'add prePromotionAnalysis, or set autoPromotionEnabled: false' },
        );
      }
    }
  },
};

/**
 * What a simulation of the rollout says, which needs no draws here: nothing can end it, so each version is promoted, and
 * what it gets until then follows from weights and times.
 */
function exposureOf(graph: Graph, rollout: Rollout, steps: readonly Step[]): string {
  let weight = 0;
  let exposure = 0;
  for (const step of steps) {
    weight = weightOf(step) ?? weight;
    exposure += (weight / 100) * stepSeconds(graph, rollout, step);
  }
  const caught = 'a simulation catches 0 % of bad versions';
  if (!Number.isFinite(exposure) || exposure < 1) return caught;
  return `${caught}: one that fails every request fails as many as arrive in ${lengthOfTime(Math.round(exposure))}, and then all`;
}

/** An analysis, a manual approval, a plugin, or an experiment with analyses. */
function isJudged(graph: Graph, { resource }: Rollout, steps: readonly Step[]): boolean {
  if (analysesIn(graph, resource).length > 0) return true;
  return steps.some(
    ({ field, kinds }) =>
      kinds.includes('plugin') ||
      kinds.includes('analysis') ||
      (kinds.includes('pause') && !field.get('pause', 'duration').exists),
  );
}
