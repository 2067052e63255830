import { parsePromql, promqlProblems } from '../../src/promql';

const messages = (query: string): string[] => promqlProblems(parsePromql(query)).map(({ message }) => message);

describe('what Prometheus refuses though it parses', () => {
  test.each([
    ['rate(x)', 'rate() takes a range vector, such as x[5m], not an instant vector'],
    ['sum(x[5m])', 'sum() takes an instant vector, not a range vector'],
    ['abs(x[5m])', 'abs() takes an instant vector, not a range vector'],
    ['abs("x")', 'abs() takes an instant vector, not a string'],
    ['vector(x)', 'vector() takes a scalar, not an instant vector'],
    [
      'x[5m] / y',
      'the operator / takes scalars and instant vectors, not a range vector; use rate() or increase() of it',
    ],
    ['"a" + 1', 'the operator + takes scalars and instant vectors, not a string'],
    ['x and 1', 'and takes instant vectors, not a scalar; write vector(…)'],
    ['sum()', 'sum() takes 1 argument, not 0'],
    ['sum(x, y)', 'sum() takes 1 argument, not 2'],
    ['topk(x)', 'topk() takes 2 arguments, not 1'],
    ['quantile(x, y)', 'quantile() takes a scalar, not an instant vector'],
    ['count_values(1, x)', 'count_values() takes a string, not a scalar'],
    ['rate()', 'rate() takes 1 argument, not 0'],
    ['rate(x[5m], 1)', 'rate() takes 1 argument, not 2'],
    ['round(x, 1, 2)', 'round() takes 1 to 2 arguments, not 3'],
    ['label_join(x, "a")', 'label_join() takes at least 3 arguments, not 2'],
    ['label_replace(x, "a", "b", "c", 1)', 'label_replace() takes a string, not a scalar'],
    ['x{a=~"("}', '"(" is not a valid regular expression: missing closing )'],
    ['{}', 'a selector needs a name, or a matcher that does not accept the empty value'],
    ['{a=~".*"}', 'a selector needs a name, or a matcher that does not accept the empty value'],
    ['{a!="b"}', 'a selector needs a name, or a matcher that does not accept the empty value'],
    ['x{__name__="y"}', 'the name of the metric is given twice: \'x\' and "y"'],
    ['(x) offset 5m', 'offset must follow a selector, a range or a subquery directly'],
    ['rate(x[5m]) offset 5m', 'offset must follow a selector, a range or a subquery directly'],
    ['sum(x) @ 10', '@ must follow a selector, a range or a subquery directly'],
    ['x offset 5m offset 10m', 'offset is given twice'],
    ['x @ 1 offset 5m @ 2', '@ is given twice'],
    ['rate(x offset 5m [5m])', 'offset must follow the range, not precede it'],
    ['rate((x)[5m])', 'a range can only follow a selector; a subquery is written [5m:]'],
    ['rate(x[0s])', 'the range must be longer than 0'],
    ['max_over_time(1[5m:1m])', 'a subquery takes an instant vector, not a scalar'],
    ['1 > 2', 'a comparison of two scalars needs bool: > bool'],
    ['x + bool y', 'bool can only follow a comparison, not +'],
    ['x and bool y', 'bool can only follow a comparison, not and'],
    ['x and on (a) group_left () y', 'and takes no group_left or group_right'],
    ['x * on (a) group_left (a) y', "the label 'a' must not be in on() and in the group modifier"],
    ['x * on (a) 2', 'on() needs an instant vector on both sides'],
    ['-"a"', 'the sign takes a scalar or an instant vector, not a string'],
    [String.raw`x{a="\d"}`, String.raw`\d is not an escape sequence; write \\d for a backslash, or use backticks`],
  ])('%s', (query, message) => {
    expect(messages(query)).toEqual([message]);
  });

  test.each([
    'sum(rate(x[5m]))',
    'max_over_time(sum(rate(x[1m]))[1h:1m])',
    'quantile_over_time(0.9, x[5m])',
    'histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))',
    'x > 1 and on () vector(1)',
    'topk by (a) (3, x)',
    'hour()',
    'round(x)',
    'label_join(x, "a", "-", "b", "c")',
    '{a!=""}',
    '{__name__=~"a.+"}',
    'x[5m] offset 5m @ 10',
    'sum_over_time(x[5m:1m] @ end() offset 1h)',
    '1 == bool 1',
    'x * on (a) group_left (b) y',
    'x * ignoring (a) group_left (a) y',
    'x{a=~`\\d+`}',
    '-(-x)',
  ])('not %s', (query) => {
    expect(messages(query)).toEqual([]);
  });

  test('points at the part that is wrong', () => {
    const query = 'sum(rate(a[5m])) / sum(rate(b))';
    const [{ from, to }] = promqlProblems(parsePromql(query));
    expect(query.slice(from, to)).toBe('b');
  });
});
