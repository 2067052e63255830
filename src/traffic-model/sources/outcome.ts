import { matches, type Matcher } from '../../promql';
import { written } from './matcher-texts';

/** How a label tells successes from failures. */
export interface StatusLabel {
  readonly label: string;
  readonly succeeded: string;
  readonly failed: string;
}

type Pair = readonly [succeeded: string, failed: string];

const CODES: readonly Pair[] = [
  ['200', '500'],
  ['200', '503'],
  ['200', '502'],
  ['200', '504'],
  ['2xx', '5xx'],
  ['2XX', '5XX'],
  ['2', '5'],
];
const GRPC: readonly Pair[] = [
  ['OK', 'Internal'],
  ['OK', 'Unavailable'],
  ['OK', 'Unknown'],
  ['OK', 'DeadlineExceeded'],
  ['0', '13'],
  ['0', '14'],
  ['0', '2'],
];
const WORDS: readonly Pair[] = [
  ['success', 'error'],
  ['success', 'failure'],
  ['success', 'failed'],
  ['SUCCESS', 'SERVER_ERROR'],
  ['SUCCESS', 'ERROR'],
  ['SUCCESS', 'FAILURE'],
  ['ok', 'error'],
  ['OK', 'ERROR'],
  ['succeeded', 'failed'],
];

/** The conventions of servers for the outcome of a request: the label's name, and its values. */
const CONVENTIONS: readonly { readonly label: RegExp; readonly pairs: readonly Pair[]; readonly metric?: RegExp }[] = [
  { label: /^grpc_(code|status|response_status)$/i, pairs: GRPC },
  {
    label: /^(http_)?(response_)?(status|code|status_code|code_class|status_class|status_family)$/i,
    pairs: [...CODES, ...WORDS, ...GRPC],
  },
  { label: /^http_response_status_code$/i, pairs: CODES },
  { label: /^(outcome|result)$/i, pairs: [...WORDS, ...CODES] },
  { label: /^success$/i, pairs: [['true', 'false']] },
  { label: /^(is_)?(error|failed)$/i, pairs: [['false', 'true']] },
  // Micrometer.
  {
    label: /^exception$/,
    pairs: [
      ['None', 'RuntimeException'],
      ['none', 'RuntimeException'],
    ],
  },
  // Linkerd's proxy alone.
  { label: /^classification$/, pairs: [['success', 'failure']], metric: /^response_(total|latency_ms)$/ },
];

/**
 * How the series of a metric label the outcome of a request, derived from the matchers of queries on a label: the first
 * pair of values that a matcher separates. Undefined if the label does not depend on outcomes; `unclear` says what the
 * matchers select instead.
 */
export function statusLabel(
  metric: string,
  label: string,
  matchers: readonly Matcher[],
): StatusLabel | { readonly unclear: string } | undefined {
  // A server that takes names in UTF-8 may have the dots of OpenTelemetry, others have underscores for them.
  const classic = label.replaceAll('.', '_');
  const convention = CONVENTIONS.find((one) => one.label.test(classic) && (one.metric?.test(metric) ?? true));
  if (convention === undefined) return undefined;
  const tells = ([succeeded, failed]: Pair): boolean =>
    matchers.some((matcher) => matches(matcher, succeeded) !== matches(matcher, failed));
  const [plain] = convention.pairs;
  const pair = convention.pairs.find(tells) ?? (matchers.every((one) => matches(one, plain[0])) ? plain : undefined);
  if (pair === undefined) {
    return {
      unclear: `${matchers.map(written).join(', ')} selects answers that are neither successes nor failures of a traffic profile`,
    };
  }
  return { label, succeeded: pair[0], failed: pair[1] };
}

/** The status of an app whose status no query selects. */
export const DEFAULT_STATUS: StatusLabel = { label: 'code', succeeded: '200', failed: '500' };
