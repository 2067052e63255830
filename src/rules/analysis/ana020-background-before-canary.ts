import { edgeVerdicts, type EngineRelease, UnsupportedExpression } from '../../expr';
import { analyses, type AnalysisUse, type Graph } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { engineOf } from '../shared/engine';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, steppedRollout } from '../shared/example';
import { metricLabel, settingsOf } from '../shared/metric-settings';
import { firstPods, metricsOf } from '../shared/step-timeline';

const sample = (starting: string): string =>
  documents(
    steppedRollout({
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
  title: 'A background analysis starts before there are canary pods',
  why: 'The controller starts a background analysis as soon as the update begins, before a pod of the new version exists. The first measurements return no data or the data of the old version. Depending on the condition, that aborts a healthy rollout or counts as a success.',
  fix: 'Set `startingStep` to the step after the first weight (it counts from 0), or set an `initialDelay`.',
  whenNotToUse:
    'Ignore it when the analysis watches something that does not depend on the canary, such as the load of a shared database.',
  confirmedBy: CONFIRMED_BY.timeline,
  bad: sample('startingStep: 0'),
  good: sample('startingStep: 1'),
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) {
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

/** A metric that is measured at once, and whose verdict without data matters. */
function hasty(graph: Graph, use: AnalysisUse): string | undefined {
  for (const metric of use.resolved.flatMap((template) => metricsOf(graph, template))) {
    if (settingsOf(metric, use).initialDelay !== 0) continue;
    if (
      metric.prometheus.exists &&
      passesOnNothing(
        engineOf(graph),
        metric.field.get('successCondition').string,
        metric.field.get('failureCondition').string,
      )
    )
      continue;
    return metricLabel(metric);
  }
  return undefined;
}

function passesOnNothing(
  engine: EngineRelease,
  successCondition: string | undefined,
  failureCondition: string | undefined,
): boolean {
  try {
    const { empty, nan } = edgeVerdicts({ successCondition, failureCondition }, engine);
    return empty.phase === 'Successful' && nan.phase === 'Successful';
  } catch (error) {
    if (error instanceof UnsupportedExpression) return true;
    throw error;
  }
}
