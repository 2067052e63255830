import { Duration } from 'cdk8s';
import * as argo from '../../../imports/argoproj.io';
import { providerProblems } from '../../formats/argo-rollouts/provider-problems';
import { positiveDurationProblem, seconds, wholeSecondsProblem, writeDuration } from '../../formats/duration';
import { quoted } from '../../formats/names';
import { withoutArguments } from '../../promql/arguments';
import { promqlProblems } from '../../promql/check';
import { parsePromql } from '../../promql/parse';
import { ProviderAuthentication } from './authentication';
import { at, type Found } from '../../formats/option-problem';

/**
 * How the controller connects to Prometheus, apart from its address.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/
 */
export interface PrometheusAccess {
  /**
   * How the controller shows who it is.
   * @default - none
   */
  readonly authentication?: ProviderAuthentication;

  /**
   * Headers of each query, such as `X-Scope-OrgID` for a tenant of Mimir. They may use the template's arguments.
   * @default - none
   */
  readonly headers?: { [name: string]: string };

  /**
   * How long a query may take, in whole seconds.
   * @default - 30 seconds (the default of Argo Rollouts)
   */
  readonly timeout?: Duration;

  /**
   * Whether the server's certificate is taken unseen.
   * @default false
   */
  readonly insecure?: boolean;
}

/**
 * A query over a range of time, whose result is a list of all its values.
 */
export interface PrometheusRange {
  /**
   * Where it begins: an expression such as `now() - duration("1h")`.
   */
  readonly start: string;

  /**
   * Where it ends.
   * @default 'now()'
   */
  readonly end?: string;

  /**
   * Time from one value to the next.
   */
  readonly step: Duration;
}

/**
 * A query to Prometheus.
 */
export interface PrometheusQuery extends PrometheusAccess {
  /**
   * The server's address: an absolute URL, such as `http://prometheus.monitoring:9090`.
   */
  readonly address: string;

  /**
   * The query, in PromQL. It may use the template's arguments as `{{args.name}}`. Let it return one series.
   */
  readonly query: string;

  /**
   * The range, for a range query. Conditions then look at all values: `all(result, # < 1000)`.
   * Becomes `rangeQuery`.
   * @default - none: one instant, now
   */
  readonly range?: PrometheusRange;
}

export function renderPrometheus(query: PrometheusQuery): argo.AnalysisTemplateSpecMetricsProvider {
  const shown = query.authentication?._rendered;
  const stated = Object.entries(query.headers ?? {}).map(([key, value]) => ({ key, value }));
  const headers = [...stated, ...(shown?.headers ?? [])];
  return {
    prometheus: {
      address: query.address,
      query: query.query,
      timeout: query.timeout && seconds(query.timeout),
      insecure: query.insecure || undefined,
      headers: headers.length > 0 ? headers : undefined,
      authentication: shown?.authentication,
      rangeQuery: query.range && {
        start: query.range.start,
        end: query.range.end ?? 'now()',
        step: writeDuration(query.range.step),
      },
    },
  };
}

export function prometheusProblems(query: PrometheusQuery): Found[] {
  const { address, authentication, timeout, range } = query;
  const problems: Found[] = [
    at('provider.address', addressProblems(address)),
    ...queryProblems(query.query),
    ...providerProblems('prometheus', renderPrometheus(query).prometheus).map(({ message }) => message),
    ...(authentication?._problems ?? []),
    at('timeout', positiveDurationProblem('timeout', timeout)),
    at('timeout', wholeSecondsProblem('timeout', timeout)),
    positiveDurationProblem('the step of the range', range?.step),
  ];
  return problems;
}

function addressProblems(address: string): Found[] {
  const wrong = (why: string) => [
    `the address of Prometheus is ${quoted(address)}, ${why}; give an absolute URL such as 'http://prometheus.monitoring:9090'`,
  ];
  if (address.includes('{{')) return [];
  if (!URL.canParse(address)) return wrong('which is no URL');
  return /^https?:$/.test(new URL(address).protocol) ? [] : wrong('which is neither http nor https');
}

/** Problems of a query that may contain arguments, for text and for durations. */
/** What Prometheus refuses in a query, its grammar first. */
function queryProblems(query: string): Found[] {
  const parsed = parsePromql(withoutArguments(query));
  const [first] = [...parsed.errors, ...promqlProblems(parsed, query)];
  if (first === undefined) return [];
  const before = query.slice(0, first.from).split('\n');
  const [line, column] = [before.length, before[before.length - 1].length + 1];
  return [`the query is no PromQL: ${first.message} (line ${line}, column ${column} of ${quoted(query.trim())})`];
}
