// Asks Argo Rollouts what thousands of conditions come to, and keeps the answers for test/expr/recorded.test.ts:
//
//   node conformance/record-conditions.mjs
//
// `npm run conformance -- --only conditions` compares many more, but needs Go. The answers that are kept let the ordinary
// tests notice what it would notice.
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { conditionPair } from './harness/condition-corpus.mjs';
import { build, Oracle } from './harness/oracles.mjs';

/** A release of Argo Rollouts with each engine. */
const ENGINES = { '1.15.5': '1.9.1', '1.17.7': '1.10.2' };
const SEED = 1;
/** How many conditions are kept: of calls and operators, of those that people may write. */
const KEPT = { calls: 2400, written: 700 };

const RESULTS = [
  { vector: [] },
  { vector: ['NaN'] },
  { vector: ['2.5', '-1'] },
  { vector: ['1', '2', '0'] },
  { scalar: '2' },
];

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
const call = fc.oneof(
  { weight: 2, arbitrary: made },
  { weight: 6, arbitrary: text(made, any([' == ', ' == ', ' != ', ' < ', ' >= ']), value) },
  { weight: 1, arbitrary: text('type(', made, ') == ', any(['"int"', '"float"', '"nil"', '"array"', '"string"'])) },
  { weight: 1, arbitrary: text('len(', made, ') == ', any(['0', '1', '2', '3'])) },
);
const written = conditionPair.map(({ success = '', failure = '' }) => success || failure);

const LETTERS = { Successful: 'T', Failed: 'F', Error: 'E' };
const unique = (arbitrary, count) => [
  ...new Set(
    fc.sample(arbitrary, { numRuns: count, seed: SEED }).filter((one) => one.trim() !== '' && one.length < 110),
  ),
];

build(Object.values(ENGINES).map((release) => `rollouts-${release}`));
for (const [engine, release] of Object.entries(ENGINES)) {
  const oracle = new Oracle(`rollouts-${release}`, 1);
  const answer = async (condition) => {
    const verdicts = await Promise.all(
      RESULTS.map((result) => oracle.ask({ kind: 'condition', success: condition, result })),
    );
    return verdicts.map(({ phase }) => LETTERS[phase]).join('');
  };
  const keep = async (conditions, count) => {
    const kept = [];
    const asked = await Promise.all(conditions.map(async (one) => [one, await answer(one)]));
    // Most random conditions are refused for every result. Those that are true somewhere say more.
    const rank = ([, letters]) => (letters.includes('T') ? 0 : letters.includes('F') ? 1 : 2);
    const most = [0.5, 0.25, 0.25].map((share) => share * count);
    for (const one of asked) if (most[rank(one)]-- > 0) kept.push(one);
    return kept;
  };
  const outcomes = [
    ...(await keep(unique(call, 60_000), KEPT.calls)),
    ...(await keep(unique(written, 4000), KEPT.written)),
  ];
  oracle.close();
  const file = `test/fixtures/recorded/conditions-${engine}.json`;
  const lines = outcomes.map((one) => one.map((part) => JSON.stringify(part)).join(': ')).sort();
  writeFileSync(file, `{\n${[...new Set(lines)].join(',\n')}\n}\n`);
  console.log(`${file}: ${lines.length} conditions`);
}
