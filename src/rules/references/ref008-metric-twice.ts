import { analyses, type Field } from '../../graph';
import type { Rule } from '../rule';
import { exampleAnalysis, exampleMetric, exampleTemplate } from './example';

const manifests = (second: string): string =>
  exampleAnalysis(
    'templates: [{ templateName: errors }, { templateName: latency }]',
    exampleTemplate(exampleMetric('', 'sum(up)', 'quality'), 'errors'),
    exampleTemplate(exampleMetric('', 'sum(up)', second), 'latency'),
  );

export const metricTwice: Rule = {
  code: 'REF008',
  severity: 'error',
  title: 'Two templates of one analysis have a metric of the same name',
  why: 'The metrics of all templates become those of one AnalysisRun, where each name may be used once. The controller refuses the Rollout: InvalidSpec, Degraded.',
  fix: 'Rename one of the metrics.',
  bad: manifests('quality'),
  good: manifests('slowness'),
  peers: { argo: "controller only: two metrics have the same name 'x'" },
  check(graph, report) {
    const reported = new Set<Field['resource']>();
    for (const { owner, resolved } of analyses(graph)) {
      const seen = new Map<string, Field>();
      for (const template of resolved) {
        for (const metric of template.field('spec', 'metrics').items()) {
          const name = metric.get('name');
          if (name.string === undefined) continue;
          const first = seen.get(name.string);
          if (first === undefined) seen.set(name.string, name);
          else if (first.resource !== template && !reported.has(template)) {
            reported.add(template);
            const message = `an analysis of ${owner} has two metrics '${name.string}': in ${first.resource} and ${template}`;
            report(name, message, { related: { field: first, message: 'the first one' } });
          }
        }
      }
    }
  },
};
