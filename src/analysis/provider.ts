import * as argo from '../../imports/argoproj.io';
import { quoted } from '../formats/names';
import { parsePromql } from '../promql/parse';

/**
 * A query to Prometheus.
 */
export interface PrometheusQuery {
  /**
   * The server's address: an absolute URL, such as `http://prometheus.monitoring:9090`.
   */
  readonly address: string;

  /**
   * The query, in PromQL. It may use the template's arguments as `{{args.name}}`. Let it return one series.
   */
  readonly query: string;
}

/**
 * Where a metric's measurements come from.
 */
export class MetricProvider {
  /**
   * A query to Prometheus, or to anything that speaks its API.
   *
   * @param query The server and the query.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/
   */
  public static prometheus(query: PrometheusQuery): MetricProvider {
    const problems = [...addressProblems(query.address), ...promqlProblems(query.query)];
    return new MetricProvider({ prometheus: { address: query.address, query: query.query } }, problems);
  }

  private constructor(
    private readonly provider: argo.AnalysisTemplateSpecMetricsProvider,
    /** @internal */
    public readonly _problems: readonly string[],
  ) {}

  /** @internal */
  public _toKube(): argo.AnalysisTemplateSpecMetricsProvider {
    return this.provider;
  }
}

function addressProblems(address: string): string[] {
  const wrong = (why: string) => [
    `the address of Prometheus is ${quoted(address)}, ${why}; give an absolute URL such as 'http://prometheus.monitoring:9090'`,
  ];
  if (address.includes('{{')) return [];
  if (!URL.canParse(address)) return wrong('which is no URL');
  return /^https?:$/.test(new URL(address).protocol) ? [] : wrong('which is neither http nor https');
}

/** Problems of a query that may contain arguments: `{{args.x}}` stands for text, so it is parsed as a plain word. */
function promqlProblems(query: string): string[] {
  const parsed = parsePromql(query.replace(/\{\{\s*args\.[^}]*\}\}/g, (argument) => 'x'.repeat(argument.length)));
  if (parsed.errors.length === 0) return [];
  const { from, message } = parsed.errors[0];
  const before = query.slice(0, from).split('\n');
  const line = before.length;
  const column = before[before.length - 1].length + 1;
  return [`the query is no PromQL: ${message} (line ${line}, column ${column} of ${quoted(query.trim())})`];
}
