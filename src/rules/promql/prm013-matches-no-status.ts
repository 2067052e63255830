import { memoize } from '../../formats/memoize';
import { WholeGoRegExp } from '../../formats/go-regexp';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { STATUS_LABEL } from '../shared/request-outcome';
import { withQuery } from '../shared/example';

/** All HTTP statuses, the classes of some exporters, and Istio's value for no response. */
const STATUSES = [
  ...Array.from({ length: 500 }, (_, i) => String(i + 100)),
  ...['1xx', '2xx', '3xx', '4xx', '5xx', '1XX', '2XX', '3XX', '4XX', '5XX', '0'],
  // gRPC, whose codes may be in the label of the same name.
  ...Array.from({ length: 17 }, (_, i) => String(i)),
  ...['OK', 'Canceled', 'Unknown', 'InvalidArgument', 'DeadlineExceeded', 'NotFound', 'AlreadyExists'],
  ...['PermissionDenied', 'ResourceExhausted', 'FailedPrecondition', 'Aborted', 'OutOfRange', 'Unimplemented'],
  ...['Internal', 'Unavailable', 'DataLoss', 'Unauthenticated', 'success', 'error', 'failure', 'ok', 'failed'],
];

/** Whether a pattern matches one of some statuses, or may do so because it cannot be read. */
const mayMatch = (statuses: readonly string[]): ((pattern: string) => boolean) =>
  memoize((pattern) => {
    if (WholeGoRegExp.problem(pattern) !== undefined) return true;
    const read = WholeGoRegExp.of(pattern);
    return statuses.some((one) => read.test(one));
  });
const mayMatchGrpc = mayMatch(STATUSES);
/** One digit is a code of gRPC, or the beginning of one of HTTP: only names that hold gRPC's codes excuse it. */
const mayMatchHttp = mayMatch(STATUSES.filter(({ length }) => length > 2));

export const matchesNoStatus: Rule = {
  code: 'PRM013',
  severity: 'warning',
  title: 'A pattern for a status label matches no status',
  why: 'A regular expression in PromQL must match the whole value, so `code=~"5"` does not match 500. No failure is ever found; with `!~` every request counts as successful.',
  fix: 'Write a pattern for the whole value: `5..`.',
  whenNotToUse: 'Ignore it when the label holds values of your own, which are not HTTP or gRPC codes.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('sum(increase(http_requests_total{code=~"^5"}[5m]))'),
  good: withQuery('sum(increase(http_requests_total{code=~"5.."}[5m]))'),
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const { label, operator, value, from, to } of selectors.flatMap(({ selector }) => selector.matchers)) {
        if (!operator.endsWith('~') || !STATUS_LABEL.test(label) || value.includes('{{')) continue;
        if (/grpc/.test(metric.query.string!) ? mayMatchGrpc(value) : mayMatchHttp(value)) continue;
        report(
          metric.query,
          `${label}${operator}"${value}" in the query of ${metricLabel(metric)} matches ${operator === '=~' ? 'no status' : 'every status'}: it must fit the whole value`,
          {
            within: { from, to },
            hint: /^\^?[1-5]/.test(value) ? `write "${value.replace(/^\^/, '')[0]}.."` : undefined,
          },
        );
      }
    }
  },
};
