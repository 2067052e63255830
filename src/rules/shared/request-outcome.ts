import { memoizeBy } from '../../formats/memoize';
import { WholeGoRegExp } from '../../formats/go-regexp';
import type { Matcher } from '../../promql';

/** Labels that hold an HTTP status. */
export const STATUS_LABEL = /^(code|status|status_code|response_code|http_status|http_status_code|http_code)$/;

/** Labels that hold a status of gRPC. */
export const GRPC_STATUS_LABEL = /^grpc_(code|status|status_code|response_status)$/;

const HTTP = Array.from({ length: 500 }, (_, i) => i + 100);
const GRPC_FAILURES = ['Internal', 'INTERNAL', 'Unavailable', 'UNAVAILABLE', '13', '14'];

/**
 * Which requests a matcher selects, by a label that tells how they ended. Undefined where it selects some that failed and
 * some that did not, or where the label says nothing about that.
 */
export const outcomeOf = ({ label, operator, value }: Matcher): Outcome | undefined =>
  outcomeBy(label, operator, value);

type Outcome = 'failed' | 'succeeded';

/** Most queries of a repository tell failures by the same matchers, and to try all statuses takes long. */
const outcomeBy = memoizeBy(
  (label: string, operator: string, value: string) => `${label}${operator}${value}`,
  readOutcome,
);

function readOutcome(label: string, operator: string, value: string): Outcome | undefined {
  if (value === '' || value.includes('{{')) return undefined;
  const selects = selection(operator, value);
  if (selects === undefined) return undefined;
  if (STATUS_LABEL.test(label)) {
    const chosen = HTTP.filter((status) => selects(String(status)));
    if (chosen.length > 0) {
      if (chosen.every((status) => status >= 400) && chosen.some((status) => status >= 500)) return 'failed';
      // `!="500"` is meant for all failures.
      const left = operator.startsWith('!') ? HTTP.filter((status) => !selects(String(status))) : [];
      const leavesFailures = left.length > 0 && left.every((status) => status >= 400) && left.some((one) => one >= 500);
      return chosen.includes(200) && (leavesFailures || chosen.every((status) => status < 500))
        ? 'succeeded'
        : undefined;
    }
    const classes = [1, 2, 3, 4, 5].filter((one) => selects(`${one}xx`) || selects(`${one}XX`));
    if (classes.length === 0 || operator.startsWith('!')) return undefined;
    if (classes.every((one) => one >= 4)) return classes.includes(5) ? 'failed' : undefined;
    return classes.includes(2) && !classes.includes(5) ? 'succeeded' : undefined;
  }
  if (GRPC_STATUS_LABEL.test(label)) {
    const [succeeded, failed] = [['OK', '0'].some(selects), GRPC_FAILURES.some(selects)];
    return succeeded === failed ? undefined : succeeded ? 'succeeded' : 'failed';
  }
  // Linkerd.
  if (label !== 'classification') return undefined;
  const [succeeded, failed] = [selects('success'), selects('failure')];
  return succeeded === failed ? undefined : succeeded ? 'succeeded' : 'failed';
}

const selection = memoizeBy(
  (operator: string, value: string) => operator + value,
  (operator, value): ((text: string) => boolean) | undefined => {
    const wanted = !operator.startsWith('!');
    if (!operator.endsWith('~')) return (text) => (text === value) === wanted;
    if (WholeGoRegExp.problem(value) !== undefined) return undefined;
    const pattern = WholeGoRegExp.of(value);
    return (text) => pattern.test(text) === wanted;
  },
);
