import { documents, exampleOf, indented, lines } from './manifest';
import { exampleRollout, steppedRollout } from './rollout';

/** An AnalysisTemplate by its metrics, as a list, and the fields of `spec` before them. */
export function analysisTemplate(metrics: string, spec = '', name = 'checkout-errors'): string {
  return exampleOf(
    'argoproj.io/v1alpha1',
    'AnalysisTemplate',
    name,
    lines(spec.replace(/^\n+|\s+$/g, ''), metrics.trim() === '' ? '' : `metrics:\n${indented(metrics, 2)}`),
  );
}

/** A metric over Prometheus. `fields` are more fields of the metric, `prometheus` of its provider. */
export function prometheusMetric({
  name = 'errors',
  fields = '',
  query = 'sum(increase(http_requests_total{code=~"5.."}[5m])) or vector(0)',
  success = 'len(result) > 0 && result[0] <= 5',
  failure = '',
  prometheus = '',
}: {
  readonly name?: string;
  readonly fields?: string;
  readonly query?: string;
  readonly success?: string;
  readonly failure?: string;
  readonly prometheus?: string;
} = {}): string {
  return lines(
    `- name: ${name}`,
    indented(fields, 2),
    success && `  successCondition: ${JSON.stringify(success)}`,
    failure && `  failureCondition: ${JSON.stringify(failure)}`,
    '  provider:',
    '    prometheus:',
    '      address: http://prometheus.monitoring:9090',
    indented(prometheus, 6),
    '      query: |',
    indented(query, 8),
  );
}

/** A template with one query. */
export const withQuery = (query: string, success?: string): string =>
  analysisTemplate(prometheusMetric({ query, success }));

/** A template with one metric, by its conditions. */
export const withConditions = (success: string, failure = '', query?: string): string =>
  analysisTemplate(prometheusMetric({ success, failure, query }));

/** The share of failed requests. */
export const FAILED_SHARE = 'sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))';

/** A query in a step of a canary that Istio routes. */
export const queryInRollout = (query: string, { args = '', spec = '', namespace = '' } = {}): string =>
  documents(
    steppedRollout({
      namespace: namespace || undefined,
      canary: `
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting:
  istio:
    virtualService:
      name: checkout`,
      steps: `
- setWeight: 50
- analysis:
    templates:
      - templateName: checkout-errors
${args === '' ? '' : `    args:\n${args}`}`,
    }),
    analysisTemplate(prometheusMetric({ query }), spec),
  );

/** A Rollout whose second step is an analysis, by the fields of the analysis, with its templates. */
export function exampleAnalysis(analysis: string, ...templates: readonly string[]): string {
  const steps = `steps:\n  - setWeight: 50\n  - analysis:\n${indented(analysis, 6)}`;
  return documents(exampleRollout(steps), ...templates);
}
