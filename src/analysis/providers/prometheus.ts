import { Duration } from 'cdk8s';
import * as argo from '../../../imports/argoproj.io';
import { positiveDurationProblem, seconds, wholeSecondsProblem, writeDuration } from '../../formats/duration';
import { quoted } from '../../formats/names';
import { withoutArguments } from '../../promql/arguments';
import { parsePromql } from '../../promql/parse';
import { ProviderAuthentication } from './authentication';

/**
 * How the controller talks to Prometheus, beside its address.
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

export function prometheusProblems(query: PrometheusQuery): string[] {
  const { address, authentication, timeout, range } = query;
  const problems: (string | undefined)[] = [
    ...addressProblems(address),
    ...promqlProblems(query.query),
    ...(authentication?._problems ?? []),
    positiveDurationProblem('timeout', timeout),
    wholeSecondsProblem('timeout', timeout),
    positiveDurationProblem('the step of the range', range?.step),
  ];
  if (authentication?._rendered.authentication?.sigv4 && !address.includes('aps-workspaces')) {
    problems.push(
      `sigv4 is given, but the address ${quoted(address)} is none of Amazon's (…aps-workspaces…), and Argo Rollouts would sign nothing; use another authentication`,
    );
  }
  if (range?.start.trim() === '') {
    problems.push('the start of the range is empty; give an expression such as \'now() - duration("1h")\'');
  }
  return problems.filter((problem) => problem !== undefined);
}

function addressProblems(address: string): string[] {
  const wrong = (why: string) => [
    `the address of Prometheus is ${quoted(address)}, ${why}; give an absolute URL such as 'http://prometheus.monitoring:9090'`,
  ];
  if (address.includes('{{')) return [];
  if (!URL.canParse(address)) return wrong('which is no URL');
  return /^https?:$/.test(new URL(address).protocol) ? [] : wrong('which is neither http nor https');
}

/** Problems of a query that may contain arguments, for text and for durations. */
function promqlProblems(query: string): string[] {
  const parsed = parsePromql(withoutArguments(query));
  if (parsed.errors.length === 0) return [];
  const { from, message } = parsed.errors[0];
  const before = query.slice(0, from).split('\n');
  const line = before.length;
  const column = before[before.length - 1].length + 1;
  return [`the query is no PromQL: ${message} (line ${line}, column ${column} of ${quoted(query.trim())})`];
}
