import { WholeGoRegExp } from '../../formats/go-regexp';
import type { Matcher } from '../../promql';

/** Whether a value satisfies a matcher. An absent label has the value ''. Throws SyntaxError for a bad pattern. */
export function matches({ operator, value }: Pick<Matcher, 'operator' | 'value'>, text: string): boolean {
  if (operator === '=') return text === value;
  if (operator === '!=') return text !== value;
  return WholeGoRegExp.of(value).test(text) === (operator === '=~');
}

/** A matcher as PromQL writes it. */
export const written = ({ label, operator, value }: Pick<Matcher, 'label' | 'operator' | 'value'>): string =>
  `${label}${operator}"${value}"`;

/** Values that matchers name: those of equalities, and the first alternatives of plain patterns. */
export const candidates = (matchers: readonly Matcher[]): string[] =>
  matchers.flatMap(({ operator, value }) => {
    if (operator === '=') return value;
    return operator === '=~' ? value.split('|').filter((part) => /^[\w./:-]+$/.test(part)) : [];
  });
