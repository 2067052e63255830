import { metricLabel } from '../shared/metric-settings';
import type { Matcher } from '../../promql';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { GRPC_STATUS_LABEL, STATUS_LABEL } from '../shared/request-outcome';
import { withQuery } from '../shared/example';

/** Labels whose values are names of Kubernetes objects or hosts. Neither has any of the characters below. */
const NAME_LABEL =
  /^((kubernetes_|k8s_|exported_)?(namespace|pod|container|service|node)|(pod|container|service)_name|deployment|replicaset|ingress|rollouts_pod_template_hash|(source|destination)_(service|workload|app|version|canonical_service|canonical_revision)(_name|_namespace)?)$/;

/** Characters that only a regular expression has: a dot alone stands in host names as well. */
const IN_NAMES = /\.[*+]|[|[\]()^\\]/;
const IN_STATUSES = /[.*+?|[\]()^$\\]/;

export const patternAsText: Rule = {
  code: 'PRM031',
  severity: 'warning',
  title: 'A regular expression is compared as plain text',
  why: '`=` and `!=` compare the whole value with the text as it is written: `code="5.."` selects only series whose code is the text `5..`, and there are none. No failure is ever found, or the analysis has no data; with `!=` nothing is excluded.',
  fix: 'Use `=~` or `!~` for a pattern.',
  whenNotToUse:
    'Ignore it when the label of your metrics really holds such a text, for example the pattern of a route.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('sum(increase(http_requests_total{code="5.."}[5m])) or vector(0)'),
  good: withQuery('sum(increase(http_requests_total{code=~"5.."}[5m])) or vector(0)'),
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const matcher of selectors.flatMap(({ selector }) => selector.matchers)) {
        if (!isPatternAsText(matcher)) continue;
        const { label, operator, value, from, to } = matcher;
        const right = operator === '=' ? '=~' : '!~';
        const at = metric.query.string!.indexOf(operator, from + label.length);
        const edit = { at: metric.query, set: right, within: { from: at, to: at + operator.length } };
        report(
          metric.query,
          `${label}${operator}"${value}" in the query of ${metricLabel(metric)} compares with the text as it is written, which ${operator === '=' ? 'no series has' : 'excludes nothing'}`,
          {
            within: { from, to },
            hint: `write ${label}${right}"${value}"`,
            fix: { title: `write ${right}`, edits: [edit] },
          },
        );
      }
    }
  },
};

function isPatternAsText({ label, operator, value }: Matcher): boolean {
  if (operator !== '=' && operator !== '!=') return false;
  const text = value.replace(/\{\{.*?\}\}/g, '');
  if (STATUS_LABEL.test(label) || GRPC_STATUS_LABEL.test(label)) return IN_STATUSES.test(text);
  return NAME_LABEL.test(label) && IN_NAMES.test(text);
}
