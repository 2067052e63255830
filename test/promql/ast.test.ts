import { parsePromql, promqlAst, readPromqlDuration, walkPromql, type Selector } from '../../src/promql';

const ast = (query: string) => promqlAst(parsePromql(query));

const selectorsIn = (query: string): Selector[] => {
  const found: Selector[] = [];
  walkPromql(ast(query)!, (node) => {
    if (node.kind === 'selector') found.push(node);
  });
  return found;
};

describe('the tree of a query', () => {
  test('a selector has its name, its matchers, its window and its offset', () => {
    const [selector] = selectorsIn("sum(rate(http_requests_total{code=~\"5..\",pod!='a\\'b'}[5m] offset 1h))");
    expect(selector).toMatchObject({
      metric: 'http_requests_total',
      matchers: [
        { label: 'code', operator: '=~', value: '5..', inside: { from: 36, to: 39 } },
        { label: 'pod', operator: '!=', value: "a'b" },
      ],
      window: { text: '5m' },
      offset: { text: '1h' },
    });
  });

  test.each([
    ['{__name__="up"}', 'up'],
    ['{"http.requests", code="500"}', 'http.requests'],
    ['{__name__=~"up.*"}', undefined],
  ])('the name in %s', (query, metric) => {
    expect(selectorsIn(query)[0].metric).toBe(metric);
  });

  test('parentheses leave no trace, and what is around a selector is known', () => {
    const around: string[] = [];
    walkPromql(ast('((sum by (le) (rate(x[5m]))) or vector(0)) and on (a) y > 1')!, (node, outer) => {
      if (node.kind === 'selector' && node.metric === 'x') {
        for (const one of outer) around.push('name' in one ? one.name : 'operator' in one ? one.operator : one.kind);
      }
    });
    expect(around).toEqual(['rate', 'sum', 'or', 'and']);
  });

  test('an aggregation says which labels stay', () => {
    expect(ast('sum(rate(x[5m])) without (pod)')).toMatchObject({
      kind: 'aggregate',
      grouping: 'without',
      labels: ['pod'],
    });
    expect(ast('sum(x)')).toMatchObject({ grouping: undefined, labels: [] });
  });

  test('an operator says how its sides match', () => {
    expect(ast('a / on (job) group_left b')).toMatchObject({ operator: '/', matching: { by: 'on', labels: ['job'] } });
    expect(ast('a >= bool 1')).toMatchObject({ operator: '>=', bool: true, matching: undefined });
  });

  test('what does not parse has none', () => {
    expect(ast('sum(')).toBeUndefined();
  });
});

test.each([
  ['5m', 300],
  ['1h30m', 5400],
  ['1d', 86_400],
  ['500ms', 0.5],
  ['30', 30],
  ['-5m', -300],
  ['5x', undefined],
  ['{{args.window}}', undefined],
])('the duration %s', (text, seconds) => {
  expect(readPromqlDuration(text)).toBe(seconds);
});
