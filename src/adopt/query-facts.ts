import {
  Binary,
  Matcher,
  PromqlNode,
  Selector,
  parsePromql,
  promqlAst,
  promqlChildren,
  walkPromql,
  withoutArguments,
} from '../promql';

/** A label matcher, without its place. */
export type LabelFact = Pick<Matcher, 'label' | 'operator' | 'value'>;

/** The metrics, windows and numbers in the query of an analysis, from which the options of a check are derived. */
export interface QueryFacts {
  /** In the order of the text: those of the canary come before those of the stable version. */
  readonly selectors: readonly SelectorFact[];
  /** The windows of subqueries. */
  readonly subqueries: readonly string[];
  /** The right operands of `>=`. */
  readonly least: readonly number[];
  readonly quantile?: number;
  /** The second argument of `clamp_min`. */
  readonly floor?: number;
  /** The number that the whole query is divided by. */
  readonly divisor?: number;
  /** The number that a maximum, or what a largest number limits, is multiplied by. */
  readonly scale?: number;
  /** The labels of the first `by`. */
  readonly by: readonly string[];
  /** The number that is divided by 100: a weight. */
  readonly percent?: number;
}

export interface SelectorFact {
  readonly metric: string;
  readonly matchers: readonly LabelFact[];
  readonly window?: string;
}

/** The facts of a query. Undefined if it is not PromQL. Arguments of templates stay as they are written. */
export function queryFacts(query: string): QueryFacts | undefined {
  const root = promqlAst(parsePromql(withoutArguments(query)), query);
  if (root === undefined) return undefined;
  const nodes: PromqlNode[] = [];
  walkPromql(root, (node) => nodes.push(node));
  const quantile = argumentOf(nodes, 'histogram_quantile', 0);
  const floor = argumentOf(nodes, 'clamp_min', 1);
  const binaries = nodes.filter((node) => node.kind === 'binary');
  return {
    selectors: nodes
      .filter((node) => node.kind === 'selector')
      .sort(byPlace)
      .map(selectorFact),
    subqueries: nodes.flatMap((node) => (node.kind === 'subquery' ? [node.window.text] : [])),
    least: binaries.flatMap((node) => (node.operator === '>=' ? (numberIn(node.right) ?? []) : [])),
    quantile,
    floor,
    divisor: root.kind === 'binary' && root.operator === '/' ? numberIn(root.right) : undefined,
    scale: scaleIn(nodes),
    by: nodes.flatMap((node) => (node.kind === 'aggregate' && node.grouping === 'by' ? [node.labels] : []))[0] ?? [],
    percent: binaries.filter(isPercent).map((node) => numberIn(node.left))[0],
  };
}

function scaleIn(nodes: readonly PromqlNode[]): number | undefined {
  const limited = nodes.flatMap((node) =>
    node.kind === 'call' && node.name === 'clamp_max' ? promqlChildren(node)[0] : [],
  );
  return nodes.flatMap((node) => {
    if (node.kind !== 'binary' || node.operator !== '*') return [];
    const isMaximum = node.left.kind === 'aggregate' && node.left.name === 'max';
    return isMaximum || limited.includes(node) ? (numberIn(node.right) ?? []) : [];
  })[0];
}

const byPlace = (a: PromqlNode, b: PromqlNode): number => a.from - b.from;
const isPercent = (node: Binary): boolean => node.operator === '/' && numberIn(node.right) === 100;

function argumentOf(nodes: readonly PromqlNode[], name: string, index: number): number | undefined {
  const call = nodes.find((node) => node.kind === 'call' && node.name === name);
  const argument = call && promqlChildren(call)[index];
  return argument && numberIn(argument);
}

function numberIn(node: PromqlNode): number | undefined {
  const number = node.kind === 'number' ? Number(node.text) : NaN;
  return Number.isNaN(number) ? undefined : number;
}

function selectorFact({ metric = '', matchers, window }: Selector): SelectorFact {
  return {
    metric,
    matchers: matchers.map(({ label, operator, value }) => ({ label, operator, value })),
    ...(window ? { window: window.text } : {}),
  };
}
