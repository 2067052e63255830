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

/** A selector with matchers. In a dashboard, which is JSON in a text, each quote has a backslash. */
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*\{([^{}]*)\}/g;
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*\\?["']((?:[^"'\\]|\\\\.|\\[^"'])*)\\?["']/g;

/** The selectors in the texts of an object. */
export function selectorsIn(field: Field): WrittenSelector[] {
  return [...textsIn(field)].flatMap(({ string: text }) =>
    [...text!.matchAll(SELECTOR)].map(([, metric, inside]) => ({
      metric,
      matchers: [...inside.matchAll(MATCHER)].map(([written, label, operator, value]) => ({
        label,
        operator: operator as Matcher['operator'],
        value: value.replace(/\\\\/g, '\\'),
        written: written.replaceAll('\\"', '"'),
      })),
    })),
  );
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
