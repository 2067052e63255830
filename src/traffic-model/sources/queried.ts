import { parsePromql, promqlAst, readPromqlDuration, walkPromql, type PromqlNode, type Selector } from '../../promql';

/** Functions that take native histograms apart. */
const OF_HISTOGRAMS = /^histogram_(quantile|count|sum|avg|fraction|stddev|stdvar)$/;
/** Functions that only make sense of counters. */
const OF_COUNTERS = /^(rate|irate|increase|resets)$/;
/** Functions and aggregations that ask whether there are series, or how many, and not for their values. */
const OF_EXISTENCE = /^(count|group|absent|absent_over_time|present_over_time|count_over_time|timestamp)$/;

/** A metric in queries: its name and the matchers of all its selectors. */
export interface QueriedMetric {
  readonly name: string;
  readonly selectors: readonly Selector[];
  /** Whether a query reads it as a native histogram. */
  readonly native: boolean;
  /** Whether a query reads it as a counter. */
  readonly grows: boolean;
  /** Whether a query reads its values, and not only whether there are series. */
  readonly valued: boolean;
}

/** All selectors of some queries, by metric name. Selectors without a name are left out. */
export function queriedMetrics(queries: readonly string[]): Map<string, QueriedMetric> {
  const found = new Map<
    string,
    Omit<Mutable<QueriedMetric>, 'name' | 'selectors'> & { readonly selectors: Selector[] }
  >();
  for (const query of queries) {
    const root = astOf(query);
    if (root === undefined) continue;
    walkPromql(root, (node, around) => {
      if (node.kind !== 'selector' || node.metric === undefined) return;
      const entry = found.get(node.metric) ?? { selectors: [], native: false, grows: false, valued: false };
      found.set(node.metric, entry);
      entry.selectors.push(node);
      const histogram = around.some((one) => one.kind === 'call' && OF_HISTOGRAMS.test(one.name));
      entry.native ||= histogram && !/_(bucket|sum|count)$/.test(node.metric);
      entry.grows ||= around.some((one) => one.kind === 'call' && OF_COUNTERS.test(one.name));
      entry.valued ||= !asksForExistence(node, around[0]);
    });
  }
  return new Map([...found].map(([name, one]) => [name, { name, ...one }]));
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function asksForExistence(node: PromqlNode, around: PromqlNode | undefined): boolean {
  if (around?.kind === 'call' || around?.kind === 'aggregate') return OF_EXISTENCE.test(around.name);
  return around?.kind === 'binary' && /^(and|unless)$/.test(around.operator) && around.right === node;
}

const astOf = (query: string): PromqlNode | undefined => promqlAst(parsePromql(query));

/** The look-back of a query: the sum of windows, enclosing subqueries and offsets, in seconds. */
export function looksBack(query: string): number {
  const root = astOf(query);
  let longest = 0;
  if (root === undefined) return longest;
  walkPromql(root, (node, around) => {
    if (node.kind !== 'selector') return;
    const reaches = [node, ...around].map((one) =>
      one.kind === 'selector' || one.kind === 'subquery'
        ? secondsOf(one.window?.text) + Math.max(0, secondsOf(one.offset?.text))
        : 0,
    );
    longest = Math.max(
      longest,
      reaches.reduce((sum, one) => sum + one, 0),
    );
  });
  return longest;
}

/** The window of a range or a subquery (`[5m]`, `[1h:1m]`), or an offset (`offset 5m`). */
function secondsOf(text: string | undefined): number {
  return (
    readPromqlDuration(
      (text ?? '')
        .replace(/^\[|\]$|^offset\s*/g, '')
        .split(':')[0]
        .trim(),
    ) ?? 0
  );
}
