import { analyses } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, steppedRollout } from '../shared/example';
import { analysisLabel } from '../shared/metric-settings';

const rollout = steppedRollout({
  steps: '- setWeight: 50\n- analysis:\n    templates:\n      - templateName: checkout-errors',
});

export const noMetrics: Rule = {
  code: 'ANA001',
  severity: 'error',
  title: 'An analysis has no metrics',
  why: 'The controller validates an AnalysisRun when it starts and refuses one without metrics. The run ends with phase `Error`, and an errored analysis aborts the rollout. Nothing reports this when the manifests are applied, so the first update after the change finds it.',
  fix: 'Add a metric to one of the templates, or remove the analysis.',
  whenNotToUse: 'Ignore it when another tool adds the metrics after the linted manifests are written.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: documents(rollout, analysisTemplate('', 'metrics: []')),
  good: documents(rollout, analysisTemplate(prometheusMetric({}))),
  peers: { argo: 'controller only, when the run starts: no metrics specified' },
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) {
      const { templates, resolved, field } = use;
      if (use.place !== 'experiment' && field.get('templates').items().length === 0) {
        report(field, `${analysisLabel(use)} names no template`, { on: 'key', hint: 'give templates' });
        continue;
      }
      const whole = templates.length > 0 && templates.every(({ reference }) => reference.target !== undefined);
      if (!whole || resolved.some((one) => one.field('spec', 'metrics').items().length > 0)) continue;
      // A nested template that is not in the given set may have some.
      if (resolved.some((one) => one.field('spec', 'templates').items().length > 0)) continue;
      const named = resolved.map((one) => `'${one.name}'`).join(' and ');
      report(field.get('templates'), `${analysisLabel(use)} runs ${named}, without any metric`, {
        related: { field: resolved[0].field('metadata', 'name'), message: 'the template' },
      });
    }
    for (const run of part(graph.ofKind('AnalysisRun', 'argoproj.io'))) {
      const metrics = run.field('spec', 'metrics');
      // Another type than a list is SCH004's to say, and a missing field SCH005's.
      if (!Array.isArray(metrics.value) || metrics.items().length > 0) continue;
      report(metrics, `${run} has no metrics, so it ends in an error`, { on: 'key' });
    }
  },
};
