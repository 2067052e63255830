import { analyses } from '../../graph';
import type { Rule } from '../shared/rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../shared/samples';
import { analysisLabel } from '../shared/settings';

const rollout = canaryRollout({
  steps: '- setWeight: 50\n- analysis:\n    templates:\n      - templateName: checkout-errors',
});

export const noMetrics: Rule = {
  code: 'ANA001',
  severity: 'error',
  title: 'An analysis measures nothing',
  why: 'The controller refuses an AnalysisRun without metrics as soon as it starts: the run errs, and the rollout is aborted.',
  fix: 'Give one of the templates a metric, or take the analysis away.',
  bad: documents(rollout, analysisTemplate('', 'metrics: []')),
  good: documents(rollout, analysisTemplate(prometheusMetric({}))),
  peers: { argo: 'controller only, when the run starts: no metrics specified' },
  check(graph, report) {
    for (const use of analyses(graph)) {
      const { templates, resolved, field } = use;
      if (use.place !== 'experiment' && field.get('templates').items().length === 0) {
        report(field, `${analysisLabel(use)} names no template`, { on: 'key', hint: 'give templates' });
        continue;
      }
      const whole = templates.length > 0 && resolved.length >= templates.length;
      if (!whole || resolved.some((one) => one.field('spec', 'metrics').items().length > 0)) continue;
      // A nested template that is not in the given set may have some.
      if (resolved.some((one) => one.field('spec', 'templates').items().length > 0)) continue;
      const named = resolved.map((one) => `'${one.name}'`).join(' and ');
      report(field.get('templates'), `${analysisLabel(use)} runs ${named}, without any metric`, {
        related: { field: resolved[0].field('metadata', 'name'), message: 'the template' },
      });
    }
  },
};
