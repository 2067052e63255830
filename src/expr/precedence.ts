/** How tightly operators before an operand bind. */
export const UNARY: { [operator: string]: number } = { not: 50, '!': 50, '-': 90, '+': 90 };
/** How tightly operators between two operands bind. */
export const BINARY: { [operator: string]: number } = {
  '|': 0,
  or: 10,
  '||': 10,
  and: 15,
  '&&': 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '>=': 20,
  '<=': 20,
  in: 20,
  matches: 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  '..': 25,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '^': 100,
  '??': 500,
};
/** Operators that can be chained: `1 < x < 5`. */
export const COMPARISONS = new Set(['<', '<=', '>', '>=']);
/** What `not` may stand before: `x not in list`. */
export const NEGATED = new Set(['contains', 'matches', 'startsWith', 'endsWith', 'in']);
/** Operators of which the right one of two is done first. */
export const RIGHT_ASSOCIATIVE = new Set(['**', '^']);
