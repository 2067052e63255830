import { type Graph, memoizeOnGraph, type Metric } from '../../graph';

/** Names of VictoriaMetrics and its parts, their default ports, and the path of its cluster. */
const VICTORIA_METRICS =
  /victoria|\bvm-?(?:select|single|auth|cluster)|:8428\b|:8481\b|\/select\/\d+(?::\d+)?\/prometheus/i;

/** Whether an address looks like VictoriaMetrics. */
export const isOfVictoriaMetrics = (address: string): boolean => VICTORIA_METRICS.test(address);

/**
 * Whether the address of a metric looks like VictoriaMetrics, whose MetricsQL has functions and operators that PromQL
 * lacks, and which accepts windows and aggregations that Prometheus refuses.
 *
 * @see https://docs.victoriametrics.com/metricsql/
 */
export const mayBeMetricsQl = ({ prometheus }: Metric): boolean =>
  isOfVictoriaMetrics(prometheus.get('address').string ?? '');

/**
 * Whether the rules of PrometheusRules look like ones that VictoriaMetrics evaluates: its operator is among the
 * manifests, whose converter takes them over, and no Prometheus is.
 *
 * @see https://docs.victoriametrics.com/operator/integrations/prometheus/
 */
export const rulesMayBeMetricsQl = memoizeOnGraph(
  (graph: Graph): boolean =>
    ['VMAlert', 'VMAgent', 'VMSingle', 'VMCluster', 'VMAuth'].some(
      (kind) => graph.ofKind(kind, 'operator.victoriametrics.com').length > 0,
    ) && graph.ofKind('Prometheus', 'monitoring.coreos.com').length === 0,
);

/** The severity and the hint of a PromQL finding in such a query: it may be valid MetricsQL. */
export const AS_METRICSQL = { severity: 'advice', hint: 'VictoriaMetrics may take it as MetricsQL' } as const;
