import { analyses } from '../../graph';
import type { Rule } from '../shared/rule';
import { exampleAnalysis, exampleMetric, exampleTemplate } from '../shared/references-example';

const template = (name: string, value: string): string =>
  exampleTemplate(
    `args: [{ name: window, value: ${value} }]${exampleMetric('', 'sum(rate(http_requests_total{code="500"}[{{args.window}}]))', name)}`,
    name,
  );

const manifests = (second: string): string =>
  exampleAnalysis(
    'templates: [{ templateName: errors }, { templateName: latency }]',
    template('errors', '5m'),
    template('latency', second),
  );

export const argumentDiffers: Rule = {
  code: 'REF009',
  severity: 'error',
  title: 'Two templates of one analysis give an argument different defaults',
  why: 'The arguments of all templates become those of one AnalysisRun, where each has one value. The controller refuses the Rollout: InvalidSpec, Degraded, even if the Rollout gives the argument.',
  fix: 'Give the argument the same default in both templates, or a default in one of them only, or another name.',
  bad: manifests('10m'),
  good: manifests('5m'),
  peers: { argo: 'controller only: Argument `x` specified multiple times with different values' },
  check(graph, report) {
    const reported = new Set<string>();
    for (const { owner, args } of analyses(graph)) {
      for (const { name, declared } of args) {
        const values = declared.map((argument) => argument.get('value')).filter((value) => value.exists);
        const other = values.find((value) => String(value.value) !== String(values[0].value));
        const key = other && `${other.resource} ${values[0].resource} ${name}`;
        if (!other || !key || reported.has(key)) continue;
        reported.add(key);
        report(
          other,
          `the argument '${name}' of an analysis of ${owner} is '${String(values[0].value)}' in ${values[0].resource} and '${String(other.value)}' in ${other.resource}`,
          { related: { field: values[0], message: 'the other value' } },
        );
      }
    }
  },
};
