/** Lines moved to the right, for a manifest that is put together of parts. */
export function indented(text: string, spaces: number): string {
  return text
    .replace(/^\n+|\s+$/g, '')
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : ' '.repeat(spaces) + line))
    .join('\n');
}

const lines = (...parts: string[]): string => parts.filter((part) => part !== '').join('\n');

/** An AnalysisTemplate with metrics, as YAML, and more of its spec. */
export function analysisTemplate(metrics: string, spec = '', name = 'checkout-errors'): string {
  return lines(
    'apiVersion: argoproj.io/v1alpha1',
    'kind: AnalysisTemplate',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    indented(spec, 2),
    metrics.trim() === '' ? '' : lines('  metrics:', indented(metrics, 4)),
    '',
  );
}

/** A metric over Prometheus. `fields` are further lines of it. */
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
}): string {
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

/** A canary Rollout with steps, as YAML. `canary` are further lines of its strategy, `spec` of its spec. */
export function canaryRollout({
  steps,
  canary = '',
  spec = '',
  namespace,
}: {
  readonly steps: string;
  readonly canary?: string;
  readonly spec?: string;
  readonly namespace?: string;
}): string {
  return lines(
    'apiVersion: argoproj.io/v1alpha1',
    'kind: Rollout',
    'metadata:',
    '  name: checkout',
    namespace ? `  namespace: ${namespace}` : '',
    'spec:',
    indented(spec, 2),
    '  strategy:',
    '    canary:',
    indented(canary, 6),
    '      steps:',
    indented(steps, 8),
    '',
  );
}

/** Documents in one file. */
export function documents(...parts: string[]): string {
  return parts.map((part) => part.replace(/^\n+|\s+$/g, '')).join('\n---\n') + '\n';
}
