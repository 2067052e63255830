import { documents, exampleOf, exampleRollout, indented } from './example';

/** An AnalysisTemplate for the page of a rule, by the fields of `spec`. */
export function exampleTemplate(spec: string, name = 'checkout-errors'): string {
  return exampleOf('argoproj.io/v1alpha1', 'AnalysisTemplate', name, spec);
}

/** A metric of an example's template, with more fields after its name. */
export function exampleMetric(
  more = '',
  query = 'sum(rate(http_requests_total{code="500"}[5m]))',
  name = 'errors',
): string {
  return `
metrics:
  - name: ${name}
${more === '' ? '' : `${indented(more, 4)}\n`}    successCondition: len(result) == 0 || result[0] <= 5
    provider:
      prometheus:
        address: http://prometheus.monitoring:9090
        query: ${query}
`;
}

/** A Rollout whose second step is an analysis, by the fields of the analysis, with its templates. */
export function exampleAnalysis(analysis: string, ...templates: readonly string[]): string {
  const steps = `steps:\n  - setWeight: 50\n  - analysis:\n${indented(analysis, 6)}`;
  return documents(exampleRollout(steps), ...templates);
}
