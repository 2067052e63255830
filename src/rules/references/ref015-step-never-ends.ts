import { analyses, type Field, type Resource } from '../../graph';
import type { Rule } from '../rule';
import { exampleAnalysis, exampleMetric, exampleTemplate } from './example';
import { whose } from './ref010-argument-not-given';

const manifests = (count: string): string =>
  exampleAnalysis(
    'templates: [{ templateName: checkout-errors }]',
    exampleTemplate(exampleMetric(`interval: 1m\n${count}`)),
  );

export const stepNeverEnds: Rule = {
  code: 'REF015',
  severity: 'error',
  title: 'A step waits for an analysis that never ends',
  why: 'A metric with an `interval` and without a `count` is measured for as long as the analysis lasts, which is right in the background and wrong in a step. The controller refuses the Rollout: InvalidSpec, Degraded. A count that comes from an argument without a default in the template counts as none, even if the Rollout gives the argument.',
  fix: 'Give the metric a `count`, or the argument of which it is made a default; or run the analysis in the background.',
  bad: manifests(''),
  good: manifests('count: 5'),
  peers: { argo: 'controller only: AnalysisTemplate x has metric y which runs indefinitely' },
  check(graph, report) {
    const reported = new Set<string>();
    for (const use of analyses(graph)) {
      if (use.place === 'background' || use.place === 'experiment') continue;
      for (const template of use.resolved) {
        for (const metric of template.field('spec', 'metrics').items()) {
          const [interval, count] = [metric.get('interval'), metric.get('count')];
          const key = `${template.origin.file} ${template} ${metric}`;
          if (!interval.exists || interval.value === '' || hasEnd(count, template) || reported.has(key)) continue;
          reported.add(key);
          const name = metric.get('name').string ?? '';
          const why = count.exists ? `the count '${String(count.value)}', which is no number` : 'no count';
          report(
            count.exists ? count : interval,
            `metric '${name}' of ${template} has an interval and ${why}, and ${whose(use)} waits for its end`,
            { related: { field: use.field, message: 'the analysis that waits' } },
          );
        }
      }
    }
  },
};

/** Arguments count as what the template gives for them, not the Rollout: so the controller sees it. */
function hasEnd(count: Field, template: Resource): boolean {
  const values = new Map<string, string>();
  for (const argument of template.field('spec', 'args').items()) {
    const value = argument.get('value');
    if (value.exists) values.set(argument.get('name').string ?? '', String(value.value));
  }
  const text = String(count.value ?? '').replace(
    /\{\{\s*args\.([^{}]*?)\s*\}\}/g,
    (_, name: string) => values.get(name) ?? '?',
  );
  return /^\d+$/.test(text) && Number(text) > 0;
}
