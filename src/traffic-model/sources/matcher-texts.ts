import type { Matcher } from '../../promql';

/** A matcher as PromQL writes it. */
export const written = ({ label, operator, value }: Pick<Matcher, 'label' | 'operator' | 'value'>): string =>
  `${label}${operator}"${value}"`;

/** Values that matchers name: those of equalities, and the first alternatives of plain patterns. */
export const candidates = (matchers: readonly Matcher[]): string[] =>
  matchers.flatMap(({ operator, value }) => {
    if (operator === '=') return value;
    return operator === '=~' ? value.split('|').filter((part) => /^[\w./:-]+$/.test(part)) : [];
  });
