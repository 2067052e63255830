import {
  parsePromql,
  promqlAst,
  readPromqlDuration,
  walkPromql,
  type Matcher,
  type PromqlNode,
  type Selector,
} from '../../promql';

/** A metric that queries ask for: its name and the matchers of every selector of it. */
export interface QueriedMetric {
  readonly name: string;
  readonly selectors: readonly Selector[];
}

/** Everything that some queries select, by the metric's name; selectors that name none are left out. */
export function queriedMetrics(queries: readonly string[]): Map<string, QueriedMetric> {
  const found = new Map<string, Selector[]>();
  for (const query of queries) {
    for (const selector of selectorsIn(query)) {
      if (selector.metric === undefined) continue;
      found.set(selector.metric, [...(found.get(selector.metric) ?? []), selector]);
    }
  }
  return new Map([...found].map(([name, selectors]) => [name, { name, selectors }]));
}

function selectorsIn(query: string): Selector[] {
  const found: Selector[] = [];
  const root = astOf(query);
  if (root) walkPromql(root, (node) => void (node.kind === 'selector' && found.push(node)));
  return found;
}

const astOf = (query: string): PromqlNode | undefined => promqlAst(parsePromql(query));

/** How far back a query looks: windows, subqueries around them and offsets added up, in seconds. */
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

/** All matchers of a metric that are on one of its labels. */
export const matchersOn = ({ selectors }: QueriedMetric, label: string): Matcher[] =>
  selectors.flatMap(({ matchers }) => matchers.filter((one) => one.label === label));
