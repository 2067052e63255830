import { edgeVerdicts, UnsupportedExpression } from '../../expr';
import { analyses, type AnalysisUse, type Graph } from '../../graph';
import type { Rule } from '../shared/rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../shared/samples';
import { metricLabel, settingsOf } from '../shared/settings';
import { firstPods, metricsOf } from '../shared/timeline';

const sample = (starting: string): string =>
  documents(
    canaryRollout({
      canary: `
analysis:
  ${starting}
  templates:
    - templateName: checkout-errors`,
      steps: '- setWeight: 20\n- pause: { duration: 10m }',
    }),
    analysisTemplate(prometheusMetric({ fields: 'interval: 1m' })),
  );

export const backgroundBeforeCanary: Rule = {
  code: 'ANA020',
  severity: 'warning',
  title: 'A background analysis starts before there is a canary',
  why: 'The controller starts it as soon as the update begins, while no pod of the new version exists. The first measurements find nothing, or the version before, and end or pass the rollout by that.',
  fix: 'Let it begin with the step after the first weight (`startingStep`, counting from 0), or later by `initialDelay`.',
  bad: sample('startingStep: 0'),
  good: sample('startingStep: 1'),
  check(graph, report) {
    for (const use of analyses(graph)) {
      const { place, rollout, field } = use;
      if (place !== 'background' || !rollout) continue;
      const starting = field.get('startingStep').integer ?? 0;
      const first = firstPods(rollout);
      if (first === undefined || starting > first) continue;
      const early = hasty(graph, use);
      if (early === undefined) continue;
      const at = field.get('startingStep');
      report(
        at.exists ? at : field,
        `the background analysis of ${use.owner} starts ${starting === 0 ? 'with the update' : `with step ${starting + 1}`} and measures ${early} at once; the first canary pods come with step ${first + 1}`,
        {
          on: at.exists ? 'value' : 'key',
          hint: `startingStep: ${first + 1} (it counts from 0), or an initialDelay`,
          fix: at.exists ? { title: `begin with step ${first + 2}`, edits: [{ at, set: first + 1 }] } : undefined,
        },
      );
    }
  },
};

/** A metric that is measured at once, and that makes something of no data. */
function hasty(graph: Graph, use: AnalysisUse): string | undefined {
  for (const metric of use.resolved.flatMap((template) => metricsOf(graph, template))) {
    if (settingsOf(metric, use).initialDelay !== 0) continue;
    if (
      metric.prometheus.exists &&
      passesOnNothing(metric.field.get('successCondition').string, metric.field.get('failureCondition').string)
    )
      continue;
    return metricLabel(metric);
  }
  return undefined;
}

function passesOnNothing(successCondition: string | undefined, failureCondition: string | undefined): boolean {
  try {
    const { empty, nan } = edgeVerdicts({ successCondition, failureCondition });
    return empty.phase === 'Successful' && nan.phase === 'Successful';
  } catch (error) {
    if (error instanceof UnsupportedExpression) return true;
    throw error;
  }
}
