// Expressions of the language of conditions that few people write, but that say most about what it does.
import fc from 'fast-check';
import { readFileSync } from 'node:fs';

const VALUES = [
  ...['0', '1', '-2', '3', '2.5', '-2.5', '0.5', '1e3', '0x10', '1_000', '9223372036854775807', 'nil', 'true', 'false'],
  ...['""', '"a"', '"a b"', '" x "', '"aXa"', '"é"', '"12"', '"-7"', '"1e3"', '".5"', '"5."', '"1x"', '"x1"', '"NaN"'],
  ...[
    '[]',
    '[1, 2]',
    '[2.5, 1]',
    '[nil, 1]',
    '["b", "a"]',
    '["b", "a", "b"]',
    '[[1], [2, 3]]',
    '[true]',
    '{a: 1}',
    '{}',
  ],
  ...['result', 'result[0]', 'result[1:]', 'len(result)', '1..3', '3..1', 'asInt(2)', 'asInt("-3")', 'asFloat("2")'],
  ...[
    'filter(result, true)',
    'map([1, 2], # * 2)',
    'map(result, nil)',
    '1 / 0',
    '-1 / 0',
    '7 % 3',
    '{a: [1]}.a',
    '"abc"[1:]',
  ],
];
const LISTS = [
  'result',
  '[]',
  '[1, 2, 3]',
  '1..4',
  '["a", "b"]',
  '[1, 2.5]',
  '[nil, 1]',
  '[[1], [2, 3]]',
  'map(result, # * 2)',
];
const ONE = [
  ...[
    'abs',
    'ceil',
    'floor',
    'round',
    'int',
    'float',
    'len',
    'type',
    'isNaN',
    'isInf',
    'isNil',
    'asInt',
    'asFloat',
    'first',
    'last',
  ],
  ...[
    'sum',
    'mean',
    'median',
    'min',
    'max',
    'upper',
    'lower',
    'trim',
    'reverse',
    'sort',
    'uniq',
    'flatten',
    'concat',
    'count',
    'bitnot',
  ],
  ...['join', 'split', 'get', 'any', 'all'],
];
const TWO = [
  ...[
    'trim',
    'trimPrefix',
    'trimSuffix',
    'split',
    'indexOf',
    'lastIndexOf',
    'hasPrefix',
    'hasSuffix',
    'join',
    'max',
    'min',
    'sum',
  ],
  ...['get', 'take', 'concat', 'default', 'sort', 'mean', 'median', 'replace', 'abs'],
  ...['bitand', 'bitor', 'bitxor', 'bitnand', 'bitshl', 'bitshr', 'bitushr'],
];
const OPERATORS = [
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '**',
    '^',
    '==',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    'in',
    'not in',
    'contains',
    'startsWith',
    'endsWith',
  ],
  ...['not contains', 'matches', '??', '..', '&&', '||', 'and', 'or'],
];
const CLOSURES = [
  '# > 1',
  '# == 1',
  '# != nil',
  '#index > 0',
  '# * 2',
  '#',
  'true',
  'len(#) > 1',
  '# in [1, 2]',
  '#acc',
  'nil',
  '# + 1 > #index',
];
const LOOPS = [
  'all',
  'any',
  'none',
  'one',
  'filter',
  'map',
  'count',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'sum',
  'groupBy',
  'sortBy',
];

const any = (list) => fc.constantFrom(...list);
const text = (...parts) =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''));
const value = any(VALUES);
const made = fc.oneof(
  { weight: 4, arbitrary: text(any(ONE), '(', value, ')') },
  { weight: 4, arbitrary: text(any(TWO), '(', value, ', ', value, ')') },
  { weight: 1, arbitrary: text('replace(', value, ', ', value, ', ', value, ')') },
  { weight: 1, arbitrary: text('replace("aXaXa", "X", "-", ', value, ')') },
  { weight: 5, arbitrary: text('(', value, ' ', any(OPERATORS), ' ', value, ')') },
  { weight: 3, arbitrary: text(any(LOOPS), '(', any(LISTS), ', ', any(CLOSURES), ')') },
  { weight: 1, arbitrary: text('reduce(', any(LISTS), ', # + #acc', any(['', ', 0', ', 1.5', ', nil']), ')') },
  { weight: 1, arbitrary: text(any(['len', 'first', 'last']), '(filter(', any(LISTS), ', ', any(CLOSURES), '))') },
  { weight: 1, arbitrary: text('map(filter(', any(LISTS), ', ', any(CLOSURES), '), ', any(CLOSURES), ')') },
  { weight: 1, arbitrary: text('filter(', any(LISTS), ', ', any(CLOSURES), ')[', any(['0', '-1', '1']), ']') },
  { weight: 1, arbitrary: text('(', value, ' ? ', value, ' : ', value, ')') },
  {
    weight: 1,
    arbitrary: text(
      any(LISTS),
      any(['[0]', '[-1]', '[5]', '[0:1]', '[:-1]', '[1:]', '[2.5]', '["a"]', '?.[0]', '[nil]', '.a', '[:"a"]']),
    ),
  },
  { weight: 1, arbitrary: text('let x = ', value, '; x') },
  { weight: 1, arbitrary: text(any(['-', '+', '!', 'not ']), value) },
);
/** Calls and operators over values of all types. */
export const call = fc.oneof(
  { weight: 2, arbitrary: made },
  { weight: 6, arbitrary: text(made, any([' == ', ' == ', ' != ', ' < ', ' >= ']), value) },
  { weight: 1, arbitrary: text('type(', made, ') == ', any(['"int"', '"float"', '"nil"', '"array"', '"string"'])) },
  { weight: 1, arbitrary: text('len(', made, ') == ', any(['0', '1', '2', '3'])) },
);

/** Literals, and near misses of them. */
const LITERALS = readFileSync(new URL('condition-literals.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const literal = fc.oneof({ weight: 3, arbitrary: any(LITERALS) }, { weight: 1, arbitrary: value });
const operator = fc.oneof(
  { weight: 2, arbitrary: any(OPERATORS) },
  {
    weight: 1,
    arbitrary: any([
      'not in',
      'not startsWith',
      '? 1 :',
      '|',
      '=',
      '===',
      '&',
      '.',
      ',',
      '| len()',
      '>= 1 <',
      'or not',
    ]),
  },
);
/** Several operators in a row, so that it counts which binds stronger, and what is folded. */
const NUMBERS = ['1', '2', '3', '0', '0.5', '-1', 'len(result)', 'result', 'result[0]', '1.5'];
const TRUTHS = [
  'true',
  'false',
  'result == 2',
  'result[0] > 1',
  '1 < 2',
  'len(result) > 1',
  'not true',
  '"a" == "a"',
  '2 in [1, 2]',
  '1 in 0..2',
];
const sum = text(
  any(['', '-', '+']),
  any(NUMBERS),
  ' ',
  any(['+', '-', '*', '/', '%', '**', '^']),
  ' ',
  any(['', '-']),
  any(NUMBERS),
  ' ',
  any(['+', '-', '*', '/', '%', '**']),
  ' ',
  any(NUMBERS),
);
const logic = text(
  any(['', '!', 'not ']),
  any(TRUTHS),
  any([' && ', ' || ', ' and ', ' or ', ' == ', ' ?? ']),
  any(TRUTHS),
  any([' && ', ' || ', ' and ', ' or ', ' != ', ' ? true : ']),
  any(TRUTHS),
);
/** What is folded, checked or put in another's place must be so at every place. */
const WRAPPERS = [
  // Nothing is evaluated here, but all is checked.
  ...['false && X', 'true || X', 'false && X', 'len(result) > 9 && X', 'true ? 1 : X'],
  '(X)',
  '[X][0]',
  '{a: X}.a',
  '-(X)',
  'true ? X : 1',
  'false ? 1 : X',
  'let x = X; x',
  'X ?? 1',
  'map([1], X)[0]',
  'default(X, 1)',
  '(X | type()) == "int" ? 1 : 2',
  '[1, X][1]',
  'sum([X])',
  'get([X], 0)',
];
const wrapped = (inner) => fc.tuple(any(WRAPPERS), inner).map(([frame, one]) => frame.replace('X', () => one));
/** Every call of one argument, with what its value may be equal to. */
export const EVERY_CALL = ONE.flatMap((name) => VALUES.map((one) => `${name}(${one})`));
export const MAY_EQUAL = [
  ...[
    '0',
    '1',
    '2',
    '3',
    '-2',
    '-3',
    '5',
    '6',
    '7',
    '12',
    '-7',
    '1000',
    '16',
    '2.5',
    '0.5',
    '1.75',
    '1.5',
    'nil',
    'true',
    'false',
  ],
  ...[
    '""',
    '"a"',
    '"x"',
    '"A"',
    '"AXA"',
    '"axa"',
    '"int"',
    '"float"',
    '"string"',
    '"nil"',
    '"array"',
    '"map"',
    '"bool"',
    '[]',
    '[1, 2]',
  ],
];

/** What an optimiser joins, or puts in the place of another. */
const QUANTIFIERS = ['all', 'any', 'none'];
const joined = fc.oneof(
  fc
    .tuple(any(QUANTIFIERS), any(LISTS), any(CLOSURES), any(['&&', '||', 'and', 'or']), any(CLOSURES))
    .map(([name, list, left, op, right]) => `${name}(${list}, ${left}) ${op} ${name}(${list}, ${right})`),
  text(
    any(QUANTIFIERS),
    '(',
    any(LISTS),
    ', # > 1) ',
    any(['&&', '||']),
    ' ',
    any(QUANTIFIERS),
    '(',
    any(LISTS),
    ', # < 9)',
  ),
  text('sum([', value, ', ', value, ', ', value, '])', any([' == ', ' > ']), any(NUMBERS)),
  text('sum(map(', any(LISTS), ', ', any(CLOSURES), '))', any([' == ', ' > ']), any(NUMBERS)),
  text(
    any(['first', 'last', 'len', 'sum']),
    '(filter(',
    any(LISTS),
    ', ',
    any(CLOSURES),
    '))',
    any([' == ', ' > ']),
    any(NUMBERS),
  ),
  text(
    'filter(',
    any(LISTS),
    ', ',
    any(CLOSURES),
    ')',
    any(['[0]', '[-1]', '[1]', '?.[0]']),
    any([' == ', ' > ']),
    any(NUMBERS),
  ),
  text(
    '(',
    any(TRUTHS),
    ' ? ',
    any(LISTS),
    ' : ',
    any(LISTS),
    ')',
    any(['[0]', '']),
    any([' == ', ' > ', ' in ']),
    value,
  ),
);

/** Literals and operators, right and nearly so. */
export const grammar = fc.oneof(
  { weight: 3, arbitrary: text(literal, any([' == ', ' == ', ' != ', ' < ']), value) },
  { weight: 3, arbitrary: text(literal, ' ', operator, ' ', literal) },
  { weight: 4, arbitrary: text(sum, any([' == ', ' > ', ' < ', ' != ']), any(NUMBERS)) },
  { weight: 4, arbitrary: logic },
  { weight: 4, arbitrary: joined },
  { weight: 1, arbitrary: wrapped(logic) },
  { weight: 4, arbitrary: text('false && ', fc.oneof(made, literal), any([' == ', ' > ', ' + ']), value, ' == nil') },
  { weight: 4, arbitrary: text(wrapped(fc.oneof(sum, literal, made)), any([' == ', ' > ', ' <= ']), any(NUMBERS)) },
  { weight: 1, arbitrary: literal },
);
