// Conditions and results as people write and Prometheus gives them, and near misses of both.
import fc from 'fast-check';

const numbers = ['0', '1', '5', '-1', '0.5', '0.95', '1e3', '100', 'NaN', '+Inf', '-Inf', '1e-9', '2', '1.0000001'];
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...numbers) },
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map(String),
);

/** What the query returned. */
export const resultOf = fc.oneof(
  { weight: 2, arbitrary: value.map((scalar) => ({ scalar })) },
  { weight: 5, arbitrary: fc.array(value, { maxLength: 4 }).map((vector) => ({ vector })) },
  {
    weight: 1,
    arbitrary: fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 3 }).map((matrix) => ({ matrix })),
  },
);

const literal = fc.oneof(
  fc.constantFrom('0', '1', '5', '0.95', '.5', '1e3', '100', '-1', '1_000', '0x10', 'nil', 'true', 'false'),
  fc.constantFrom('"5"', "'a'", '"NaN"', '[1, 2]', '[]', '{a: 1}', '1..3', '0.0', '9223372036854775807'),
  fc.integer({ min: -20, max: 200 }).map(String),
);

/** Lists whose elements have a known type, or not. */
const list = fc.constantFrom(
  'result',
  '[1, 2, 3]',
  '1..3',
  '[]',
  '[result[0], 1]',
  "['a', 'b']",
  '[[1], [2, 3]]',
  '[nil, 1]',
  'filter(result, true)',
  'map(result, # * 2)',
  'result[1:]',
);

const comparison = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');
const closures = ['all', 'any', 'none', 'one', 'filter', 'map', 'count'];

const { expression } = fc.letrec((tie) => {
  const self = tie('expression');
  const pair = (operator) => fc.tuple(self, operator, self).map(([a, op, b]) => `${a} ${op} ${b}`);
  return {
    /** What only some releases of the language know. */
    newer: fc.oneof(
      fc
        .tuple(self, fc.constantFrom('<', '<=', '>', '>='), self, fc.constantFrom('<', '<=', '>', '>='), self)
        .map((parts) => parts.join(' ')),
      fc.tuple(self, self, self).map(([a, b, c]) => `if ${a} { ${b} } else { ${c} }`),
      fc.tuple(self, self).map(([a, b]) => `(${a}; ${b})`),
      fc.tuple(self, self).map(([a, b]) => `${a}; ${b}`),
      fc
        .tuple(fc.constantFrom('concat', 'flatten', 'uniq', 'reverse', 'sort', 'sum', 'count'), list, self)
        .map(([name, of, right]) => `len(${name}(${of})) == ${right}`),
      fc
        .tuple(fc.constantFrom('sum', 'min', 'max', 'mean', 'median', 'count'), list, self)
        .map(([name, of, right]) => `${name}(${of}) == ${right}`),
      fc.tuple(list, comparison, list).map((parts) => parts.join(' ')),
      fc
        .tuple(list, fc.constantFrom('#', '#index', '# > 1', '# * 2'), self)
        .map(([of, inner, right]) => `sum(${of}, ${inner}) == ${right}`),
      fc
        .tuple(fc.constantFrom('all', 'any', 'none'), list, self, fc.constantFrom('&&', '||', 'and', 'or'), self)
        .map(([name, of, a, op, b]) => `${name}(${of}, # > ${a}) ${op} ${name}(${of}, # < ${b})`),
      fc
        .tuple(fc.constantFrom('find', 'findIndex', 'findLast', 'findLastIndex'), list, comparison, literal, self)
        .map(([name, of, op, right, other]) => `${name}(${of}, # ${op} ${right}) == ${other}`),
      fc
        .tuple(list, fc.constantFrom('[0]', '[-1]', '?.[0]', '?.[0]?.a', '[0:1]', '[:1][0]'), comparison, literal)
        .map(([of, at, op, right]) => `${of}${at} ${op} ${right}`),
      fc
        .tuple(fc.constantFrom('bitand', 'bitor', 'bitshl', 'bitshr', 'bitushr'), self, self)
        .map(([name, a, b]) => `${name}(${a}, ${b}) == 1`),
      fc.tuple(self, comparison, self, self).map(([a, op, b, c]) => `${a} ${op} ${b} not in [${c}]`),
      fc.tuple(self, self).map(([a, b]) => `get(${a}, ${b}) == nil`),
      fc.tuple(self, self, self).map(([a, b, c]) => `sum([${a}, ${b}, ${c}]) > 1`),
      fc.tuple(list, self).map(([of, right]) => `reduce(${of}, # + #acc, 0) > ${right}`),
      fc.constantFrom(
        '0b101 == 5',
        '0o17 == 15',
        '`a` == "a"',
        '"\\u{61}" == "a"',
        '::len(result) > 0',
        'len("é") == 1',
      ),
      fc.constantFrom(
        'max(result, 1,) > 0',
        'nil contains "a"',
        '"ab"[0:1] == "a"',
        'concat([]) == nil',
        'nil in {a: 1}',
      ),
    ),
    atom: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('result', 'result[0]', 'len(result)', 'result[-1]', 'result[1]') },
      { weight: 3, arbitrary: literal },
      {
        weight: 1,
        arbitrary: fc.constantFrom('result.a', 'result?.[0]', 'result[0:1]', 'result[len(result) - 1]', '#'),
      },
    ),
    expression: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { weight: 5, arbitrary: tie('atom') },
      { weight: 4, arbitrary: tie('newer') },
      { weight: 6, arbitrary: pair(comparison) },
      { weight: 3, arbitrary: pair(fc.constantFrom('&&', '||', 'and', 'or')) },
      { weight: 2, arbitrary: pair(fc.constantFrom('+', '-', '*', '/', '%', '**', '??', '^')) },
      { weight: 1, arbitrary: pair(fc.constantFrom('in', 'not in', 'contains', 'matches', 'startsWith')) },
      { weight: 2, arbitrary: self.map((inner) => `(${inner})`) },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom('!', 'not ', '-', '+'), self).map((parts) => parts.join('')) },
      { weight: 1, arbitrary: fc.tuple(self, self, self).map(([a, b, c]) => `${a} ? ${b} : ${c}`) },
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.constantFrom('isNaN', 'isInf', 'isNil', 'asInt', 'asFloat', 'len', 'abs', 'int', 'float'), self)
          .map(([name, inner]) => `${name}(${inner})`),
      },
      { weight: 1, arbitrary: fc.tuple(self, self).map(([a, b]) => `default(${a}, ${b})`) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom(...closures), fc.constantFrom('result', '[1, 2, 3]', '1..3'), comparison, literal)
          .map(([name, list, op, right]) => `${name}(${list}, {# ${op} ${right}})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...closures), comparison, literal)
          .map(([name, op, right]) => `${name}(result, # ${op} ${right})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom('min', 'max', 'sum', 'mean', 'median', 'first', 'last', 'sort', 'ceil', 'floor'), self)
          .map(([name, inner]) => `${name}(${inner})`),
      },
    ),
  };
});

/** Conditions whose types fit, for a result that is a number or several: what is left to differ in is what they come to. */
function typed(series) {
  const index = fc.constantFrom('0', '0', '0', '1', '-1', 'len(result) - 1');
  const { truth } = fc.letrec((tie) => ({
    number: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      {
        weight: 4,
        arbitrary: series
          ? fc.oneof(
              index.map((at) => `result[${at}]`),
              fc.constant('len(result)'),
            )
          : fc.constant('result'),
      },
      { weight: 3, arbitrary: fc.constantFrom('0', '1', '5', '0.95', '100', '2', '0.5', '1e3', '-1', '1e-9') },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '**'), tie('number'))
          .map(([a, op, b]) => `(${a} ${op} ${b})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            fc.constantFrom('asFloat', 'asInt', 'abs', 'float', 'int', 'ceil', 'floor', 'round', '-'),
            tie('number'),
          )
          .map(([name, inner]) => `${name}(${inner})`),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(tie('truth'), tie('number'), tie('number')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      },
      ...(series
        ? [
            {
              weight: 1,
              arbitrary: fc.constantFrom('min', 'max', 'sum', 'mean', 'median').map((name) => `${name}(result)`),
            },
            {
              weight: 1,
              arbitrary: fc.constantFrom(
                'sum(result, # * 2)',
                'max(result, 1)',
                'mean(result, [1, 2])',
                'len(uniq(result))',
                'concat(result, [0])[-1]',
                'reverse(result)[0]',
                'sort(result)[0]',
                'first(sort(result, "desc"))',
                'sum(concat(result, [1]))',
                'sum(map(result, # + 1))',
                'sum([result[0], 1, len(result)])',
                'flatten([result, [1]])[0]',
                'find(result, # > 0)',
                'count(result, # > 1)',
                'reduce(result, # + #acc)',
                'last(filter(result, # > 0))',
              ),
            },
            {
              weight: 1,
              arbitrary: fc
                .tuple(comparison, fc.constantFrom('0', '1', '0.95'))
                .map(([op, right]) => `count(result, # ${op} ${right})`),
            },
          ]
        : []),
    ),
    truth: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      {
        weight: 6,
        arbitrary: fc.tuple(tie('number'), comparison, tie('number')).map(([a, op, b]) => `${a} ${op} ${b}`),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(tie('truth'), fc.constantFrom('&&', '||', 'and', 'or', '==', '!='), tie('truth'))
          .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(tie('truth'), fc.constantFrom('&&', '||'), tie('truth'), fc.constantFrom('&&', '||'), tie('truth'))
          .map((parts) => parts.join(' ')),
      },
      { weight: 1, arbitrary: tie('truth').map((inner) => `!(${inner})`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('number'), fc.constantFrom('<', '<='), tie('number'), fc.constantFrom('<', '<='), tie('number'))
          .map((parts) => parts.join(' ')),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('truth'), tie('truth'), tie('truth'))
          .map(([a, b, c]) => `if ${a} { ${b} } else if ${b} { ${c} } else { ${a} }`),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(tie('number'), tie('truth')).map(([a, b]) => `let x = ${a}; ${b} && x >= 0`),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom('isNaN', 'isInf'), tie('number'))
          .map(([name, inner]) => `${name}(${inner})`),
      },
      ...(series
        ? [
            {
              weight: 2,
              arbitrary: fc
                .tuple(
                  fc.constantFrom('all', 'any', 'none', 'one'),
                  fc.constantFrom('#', 'isNaN(#) || #'),
                  comparison,
                  literal,
                )
                .map(([name, subject, op, right]) => `${name}(result, {${subject} ${op} ${right}})`),
            },
            {
              weight: 1,
              arbitrary: fc
                .tuple(fc.constantFrom('1', '0.95', '5', 'result[0]'), fc.constantFrom('in', 'not in'))
                .map(([left, op]) => `${left} ${op} result`),
            },
          ]
        : [{ weight: 1, arbitrary: fc.constantFrom('result in [0, 1, 5]', 'result in 0..5', 'result in [0.0, 0.5]') }]),
    ),
  }));
  return truth;
}

/** The guarded forms that this library writes and its documentation recommends, with any threshold. */
const idiom = fc
  .tuple(
    fc.constantFrom('result', 'result[0]'),
    comparison,
    fc.constantFrom('0', '5', '0.95', '1', '-1'),
    fc.constantFrom(
      (test) => test,
      (test) => `len(result) > 0 && ${test}`,
      (test) => `len(result) == 0 || ${test}`,
      (test) => `len(result) > 0 && !isNaN(result[0]) && ${test}`,
      (test) => `len(result) == 0 || isNaN(result[0]) || ${test}`,
      (test) => `isNaN(result[0]) || ${test}`,
      (test) => `isNaN(result) || ${test}`,
      (test) => `default(result, 0) == 0 || ${test}`,
      (test) => `isNil(result) || ${test}`,
      (test) => `!(${test})`,
      (test) => `asFloat(${test.split(' ')[0]}) < 1 && ${test}`,
    ),
  )
  .map(([subject, operator, threshold, guard]) => guard(`${subject} ${operator} ${threshold}`));

/** Texts that are hardly expressions at all. */
const rubbish = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc
    .tuple(idiom, fc.nat(60), fc.constantFrom('', '(', ')', '&', '|', '=', '"', '#', '{', '.', ' ', '!', '[', '$', '`'))
    .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1)),
);

const condition = fc.oneof(
  { weight: 4, arbitrary: idiom },
  { weight: 8, arbitrary: typed(true) },
  { weight: 3, arbitrary: typed(false) },
  { weight: 4, arbitrary: expression },
  { weight: 1, arbitrary: rubbish },
);

/** A metric's conditions: the one, the other, both or neither. */
export const conditionPair = fc.oneof(
  { weight: 5, arbitrary: condition.map((success) => ({ success })) },
  { weight: 3, arbitrary: condition.map((failure) => ({ failure })) },
  { weight: 3, arbitrary: fc.record({ success: condition, failure: condition }) },
  { weight: 1, arbitrary: fc.constant({}) },
);
