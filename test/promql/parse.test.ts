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
