import { parsePromql } from '../../src/promql/parse';

describe('a query', () => {
  test.each([
    'up',
    'sum(rate(http_requests_total{code=~"5.."}[5m])) by (pod)',
    '(sum(increase(a[5m])) or vector(0)) and sum(increase(b[5m])) >= 1',
  ])('%s parses', (query) => {
    expect(parsePromql(query).errors).toEqual([]);
  });

  test.each([
    ['sum(rate(foo{a="b"[5m]))', 18],
    ['foo[5x]', 5],
    ['sum(', 4],
  ])('%s is refused where it goes wrong', (query, at) => {
    const { errors } = parsePromql(query);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0].from).toBe(at);
  });

  test.each(['', '  \n', '# only a comment'])('with nothing in it is refused', (query) => {
    expect(parsePromql(query).errors).toHaveLength(1);
  });
});

describe('a query that is larger than the stack bears is refused where it becomes so', () => {
  const many = (text: string, count = 20_000) => text.repeat(count);
  test.each([
    ['brackets', `${many('(')}up${many(')')}`],
    ['operators', `up${many(' + up')}`],
    ['words', `up${many(' and up')}`],
    ['signs', `${many('-')}up`],
    ['functions', `${many('sum(')}up${many(')')}`],
    ['subqueries', `up${many('[1m:1m]')}`],
    ['offsets', `up${many(' offset 1m')}`],
    ['brackets that are never closed', many('(')],
    ['brackets, some hundreds of them', `${many('sum(', 500)}up${many(')', 500)}`],
  ])('many %s', (_what, query) => {
    const { errors } = parsePromql(query);
    expect(errors).toHaveLength(1);
    expect(errors[0].message).toMatch(/nested more than 400 levels deep|more than 1500 operators and brackets/);
    expect(errors[0].from).toBeGreaterThan(0);
  });

  test('many label matchers, long texts and comments are no operators', () => {
    const matchers = Array.from({ length: 3000 }, (_, i) => `l${i}=~"a+(b|c)*"`).join(',');
    expect(parsePromql(`sum(rate(x{${matchers}}[5m])) # ${many('+ ')}`).errors).toEqual([]);
    expect(parsePromql(`label_replace(up, "a", "${many('-+')}", "b", "")`).errors).toEqual([]);
  });

  test('of many mistakes, only the first are told', () => {
    expect(parsePromql(many('} ', 1000)).errors.length).toBeLessThanOrEqual(20);
  });
});
