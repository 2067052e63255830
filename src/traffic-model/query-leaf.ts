import { WholeGoRegExp } from '../formats/go-regexp';
import { CANARY_HASH, STABLE_HASH, type RolloutModel } from '../controller';

/** Whose requests a selector counts. */
export type Scope = 'canary' | 'stable' | 'both';

/** Which of the requests: all, the failed, the others, or those up to a bound of latency in seconds. */
export type Kind = 'all' | 'failed' | 'succeeded' | { readonly upTo: number } | 'seconds';

/** A selector's label matchers. */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** Something about a selector that the simulation has no counterpart for. */
export class UnknownSelector extends Error {}

/** Values of labels that tell how an answer went, by how the label is written. */
interface Vocabulary {
  readonly good: readonly string[];
  readonly neutral: readonly string[];
  readonly bad: readonly string[];
}

const CODES: Vocabulary = {
  good: ['200', '201', '202', '204', '2xx'],
  neutral: ['301', '302', '304', '400', '401', '403', '404', '409', '422', '429', '3xx', '4xx'],
  bad: ['500', '502', '503', '504', '5xx'],
};
const GRPC_CODES: Vocabulary = {
  good: ['0'],
  neutral: ['1', '3', '5', '6', '7', '9', '16'],
  bad: ['2', '4', '8', '12', '13', '14', '15'],
};
const GRPC_WORDS: Vocabulary = {
  good: ['OK'],
  neutral: ['Canceled', 'InvalidArgument', 'NotFound', 'AlreadyExists', 'PermissionDenied'],
  bad: ['Unknown', 'DeadlineExceeded', 'Unimplemented', 'Internal', 'Unavailable', 'DataLoss'],
};
const WORDS: Vocabulary = {
  good: ['success', 'SUCCESS', 'ok', 'OK', 'true', 'succeeded'],
  neutral: ['REDIRECTION', 'CLIENT_ERROR'],
  bad: ['error', 'ERROR', 'failure', 'FAILURE', 'failed', 'SERVER_ERROR', 'false'],
};
const STATUS_LABEL =
  /^((http_)?(response_)?(status|code)(_code|_class)?|http_status_code|grpc_(code|status|response_status)|outcome|result|success)$/i;

function vocabularyOf({ label, value }: Matcher): Vocabulary {
  const digits = /[0-9]/.test(value);
  if (/grpc/i.test(label)) return digits ? GRPC_CODES : GRPC_WORDS;
  return digits ? CODES : WORDS;
}

/** Whether a value passes a matcher. Throws UnknownSelector for a regular expression that Go refuses. */
export function passes({ operator, value }: Matcher, text: string): boolean {
  if (operator === '=') return text === value;
  if (operator === '!=') return text !== value;
  const problem = WholeGoRegExp.problem(value);
  if (problem !== undefined) throw new UnknownSelector(`the regular expression '${value}' is not valid: ${problem}`);
  const found = WholeGoRegExp.of(value).test(text);
  return operator === '=~' ? found : !found;
}

/** Words for an outcome are of one mint: whoever excludes `success` does not mean to keep `ok`. */
function leaves(matcher: Matcher, value: string, kind: keyof Vocabulary): boolean {
  const vocabulary = vocabularyOf(matcher);
  const excludes = matcher.operator.startsWith('!') && vocabulary === WORDS;
  return excludes ? WORDS[kind].every((word) => passes(matcher, word)) : passes(matcher, value);
}

/** Which requests the matchers on status labels leave. */
export function kindOf(matchers: readonly Matcher[]): 'all' | 'failed' | 'succeeded' {
  const status = matchers.filter(({ label }) => STATUS_LABEL.test(label));
  if (status.length === 0) return 'all';
  const left = (kind: keyof Vocabulary): boolean =>
    vocabularyOf(status[0])[kind].some((value) => status.every((matcher) => leaves(matcher, value, kind)));
  const [good, bad] = [left('good'), left('bad')];
  if (good && bad) return 'all';
  if (bad) return 'failed';
  if (good) return 'succeeded';
  const written = status.map(({ label, operator, value }) => `${label}${operator}"${value}"`).join(',');
  throw new UnknownSelector(
    left('neutral')
      ? `${written} selects answers that are neither failures nor successes in a traffic profile`
      : `${written} selects no answer that a traffic profile knows`,
  );
}

/** Whose requests the matchers leave: by pod-template hash, by Service, or by a label that says canary or stable. */
export function scopeOf(matchers: readonly Matcher[], services: RolloutModel['services']): Scope {
  for (const matcher of matchers) {
    const { label, value, operator } = matcher;
    const positive = operator === '=' || operator === '=~';
    const other = (scope: Scope): Scope => (positive ? scope : scope === 'canary' ? 'stable' : 'canary');
    if (value.includes(CANARY_HASH)) return other('canary');
    if (value.includes(STABLE_HASH)) return other('stable');
    if (/service|job|destination|upstream|cluster|endpoint|app$/i.test(label)) {
      const named = (name: string | undefined): boolean => name !== undefined && mentions(value, name);
      // The longer name first: `checkout` is a part of `checkout-canary`.
      if (named(services?.canary)) return other('canary');
      if (named(services?.stable)) return other('stable');
    }
    if (/^pod/i.test(label)) {
      // Pods are named after what owns them, with a hash behind.
      if (services?.stable && value.startsWith(`${services.stable}-`)) return other('stable');
      if (services?.canary && value.startsWith(`${services.canary}-`)) return other('canary');
    }
    if (/version|role|track|subset|variant/i.test(label)) {
      if (/canary|preview/i.test(value)) return other('canary');
      if (/stable|primary|baseline/i.test(value)) return other('stable');
    }
  }
  return 'both';
}

const mentions = (value: string, name: string): boolean =>
  value === name || new RegExp(`(^|[^a-z0-9-])${name.replace(/[.-]/g, '\\$&')}($|[^a-z0-9-])`).test(value);
