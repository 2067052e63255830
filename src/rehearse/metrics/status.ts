import { passes, UnknownSelector } from '../../traffic-model';
import type { Matcher } from '../../promql';

/** How a label tells successes from failures. */
export interface StatusLabel {
  readonly label: string;
  readonly succeeded: string;
  readonly failed: string;
}

const HTTP = { label: 'code', succeeded: '200', failed: '500' };

/** A success and a failure as servers write them: status codes, their classes, gRPC's names and numbers, words. */
const PAIRS: readonly (readonly [succeeded: string, failed: string])[] = [
  ['200', '500'],
  ['200', '503'],
  ['200', '502'],
  ['200', '504'],
  ['2xx', '5xx'],
  ['2XX', '5XX'],
  ['OK', 'Internal'],
  ['OK', 'Unavailable'],
  ['0', '13'],
  ['0', '14'],
  ['success', 'error'],
  ['success', 'failure'],
  ['success', 'failed'],
  ['SUCCESS', 'SERVER_ERROR'],
  ['ok', 'error'],
  ['OK', 'ERROR'],
  ['true', 'false'],
  ['false', 'true'],
];

/**
 * How an app labels the outcome of a request, told by the matchers of queries on a label: a pair of values of which one
 * matcher at least passes just one. Undefined where the label has to do with something else.
 */
export function statusLabel(label: string, matchers: readonly Matcher[]): StatusLabel | undefined {
  const errorFlag = /^(is_)?(error|failed)$/i.test(label);
  const pairs = PAIRS.filter(([succeeded]) => (succeeded === 'false') === errorFlag || succeeded.length > 5);
  for (const [succeeded, failed] of pairs) {
    const tells = matchers.some((matcher) => {
      try {
        return passes(matcher, succeeded) !== passes(matcher, failed);
      } catch (error) {
        if (error instanceof UnknownSelector) return false;
        throw error;
      }
    });
    if (tells) return { label, succeeded, failed };
  }
  return undefined;
}

/** What an app writes whose status nobody asks for. */
export const DEFAULT_STATUS: StatusLabel = HTTP;
