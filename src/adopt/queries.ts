import { type Field, type Resource, textsIn } from '../graph';
import { type Matcher, matches } from '../promql';

/** A matcher as it stands in a text. */
export interface WrittenMatcher extends Pick<Matcher, 'label' | 'operator' | 'value'> {
  readonly written: string;
}

/** A selector in a query of an alert, a dashboard or an autoscaler. */
export interface WrittenSelector {
  readonly metric: string;
  readonly matchers: readonly WrittenMatcher[];
}

/** An object with queries. */
export interface Querying {
  readonly object: Resource;
  readonly selectors: readonly WrittenSelector[];
}

/** A matcher. It begins where a word does, so that a text without operators is read once. */
const MATCHER = /\b([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|'([^'\\]*(?:\\.[^'\\]*)*)')/gs;
/** Nobody writes longer selectors. */
const LONGEST = 10_000;

/** The selectors in the texts of an object. */
export function selectorsIn(field: Field): WrittenSelector[] {
  return [...textsIn(field)].flatMap(({ string: text }) => [...selectorsOf(text!)]);
}

/** The names before braces, and the matchers between them. Takes time as the length of the text: anybody may write it. */
function* selectorsOf(text: string): Generator<WrittenSelector> {
  let close = -1;
  for (let open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
    if (close < open) close = text.indexOf('}', open);
    if (close < 0) return;
    const inside = text.slice(open + 1, Math.min(close, open + LONGEST));
    const metric = nameBefore(text, open);
    if (metric === '' || inside.length >= LONGEST - 1 || inside.includes('{')) continue;
    yield { metric, matchers: matchersIn(inside) };
  }
}

/** The name that ends before a place, apart from white space. Empty if there is none. */
function nameBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 256), at).trimEnd();
  let start = before.length;
  while (start > 0 && /[\w:]/.test(before[start - 1])) start--;
  return before.slice(start);
}

function matchersIn(inside: string): WrittenMatcher[] {
  // In a dashboard, which is JSON in a text, each quote has a backslash.
  const plain = /[=~]\s?\\["']/.test(inside) ? inside.replace(/\\(.)/gs, '$1') : inside;
  return [...plain.matchAll(MATCHER)].map(([written, label, operator, double, single]) => ({
    label,
    operator: operator as Matcher['operator'],
    value: (double ?? single).replace(/\\(.)/gs, '$1'),
    written,
  }));
}

/** Whether a matcher selects a value. Those with a bad pattern or a placeholder select nothing. */
export function isMatch(matcher: Pick<Matcher, 'operator' | 'value'>, value: string): boolean {
  try {
    return matches(matcher, value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/**
 * Whether a selector may select series of a namespace: it names no namespace, or this one. One of the labels may be that
 * of whoever is scraped, so that one that fits is enough.
 */
export function isOfNamespace(
  { matchers }: WrittenSelector,
  labels: readonly string[],
  namespace: string | undefined,
): boolean {
  const stated = matchers.filter(({ label }) => labels.includes(label));
  return namespace === undefined || stated.length === 0 || stated.some((one) => isMatch(one, namespace));
}
