import { WholeGoRegExp } from '../formats/go-regexp';
import type { Matcher } from './ast';

/** Whether a value satisfies a matcher. An absent label has the value ''. Throws SyntaxError for a bad pattern. */
export function matches({ operator, value }: Pick<Matcher, 'operator' | 'value'>, text: string): boolean {
  if (operator === '=') return text === value;
  if (operator === '!=') return text !== value;
  return WholeGoRegExp.of(value).test(text) === (operator === '=~');
}
