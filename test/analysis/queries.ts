import { CanaryCheck, PrometheusAnalysis, PrometheusAnalysisProps, RequestMetrics } from '../../src';
import { Manifest, only, synthesize } from '../synthesized';

export const PROMETHEUS = 'http://prometheus.monitoring:9090';
export const SERVICES = { canaryService: 'checkout-canary', stableService: 'checkout-stable' };

/** The AnalysisTemplate of some checks. */
export const analysisOf = (checks: CanaryCheck[], props: Partial<PrometheusAnalysisProps> = {}): Manifest =>
  only(
    synthesize((chart) => new PrometheusAnalysis(chart, 'checks', { prometheus: PROMETHEUS, checks, ...props })),
    'AnalysisTemplate',
  );

/** What the Rollout passes in these tests. */
const ARGS: Record<string, string> = {
  namespace: 'shop',
  rollout: 'checkout',
  'canary-hash': 'new',
  'stable-hash': 'old',
  'canary-weight': '20',
  'canary-revision': 'v2',
};

/** A query with its arguments filled in. */
export const filled = (query: string): string =>
  query.replace(/\{\{args\.([^}]+)\}\}/g, (_, name: string) => ARGS[name]);

/** The query of a check as Prometheus gets it. */
export function queryOf(check: CanaryCheck, requests?: RequestMetrics): string {
  const [metric] = analysisOf([check], { requests }).spec.metrics;
  return filled(metric.provider.prometheus.query);
}
