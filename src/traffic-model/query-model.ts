import { parsePromql, promqlAst, readPromqlDuration, walkPromql, type PromqlTree } from '../promql';
import type { RolloutModel } from '../controller';
import { kindOf, scopeOf, UnknownSelector, type Kind, type Matcher, type Scope } from './query-leaf';

/** A range of one kind of counter, as a query reads it. */
export interface Leaf {
  readonly scope: Scope;
  readonly kind: Kind;
  /** Seconds. */
  readonly window: number;
  /** `rate` is per second, `increase` and `delta` are counts. */
  readonly over: 'rate' | 'increase';
}

/** A latency quantile of a histogram. */
export interface QuantileLeaf {
  readonly scope: Scope;
  readonly quantile: number;
  readonly window: number;
  /** The metric counts milliseconds. */
  readonly milliseconds: boolean;
}

/** What a query computes, told by its tree. A value may be missing: there is no series then. */
export type QueryModel =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'leaf'; readonly leaf: Leaf }
  | { readonly type: 'quantile'; readonly leaf: QuantileLeaf }
  | {
      readonly type: 'operation';
      readonly operator: string;
      readonly bool: boolean;
      readonly left: QueryModel;
      readonly right: QueryModel;
    }
  | { readonly type: 'function'; readonly name: string; readonly of: QueryModel; readonly by?: number };

/** The simulation cannot tell what a query counts. */
export class QueryNotRecognised extends Error {
  constructor(
    readonly query: string,
    readonly why: string,
  ) {
    super(`cannot tell what this query counts: ${why}\n  ${query.trim().replace(/\n/g, '\n  ')}`);
    this.name = 'QueryNotRecognised';
  }
}

type Node = NonNullable<PromqlTree['topNode']['firstChild']>;

/** Recognises what a query counts. Throws QueryNotRecognised. */
export function queryModelOf(query: string, services?: RolloutModel['services']): QueryModel {
  const { tree, errors } = parsePromql(query);
  if (errors.length > 0) throw new QueryNotRecognised(query, errors[0].message);
  if (/\{\{/.test(query)) throw new QueryNotRecognised(query, 'it holds an argument whose value is not known');
  try {
    const reader = new Reader(query, services);
    return reader.read(reader.children(tree.topNode)[0]);
  } catch (error) {
    if (error instanceof UnknownSelector) throw new QueryNotRecognised(query, error.message);
    throw error;
  }
}

/** Whether a query gives a series for each pod: a counter that no aggregation sums up. */
export function isOfEachPod(query: string): boolean {
  const root = promqlAst(parsePromql(query));
  let found = false;
  if (root === undefined) return found;
  walkPromql(root, (node, around) => {
    if (node.kind === 'selector' && !around.some(({ kind }) => kind === 'aggregate')) found = true;
  });
  return found;
}

const OPERATORS: Record<string, string> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  Gtr: '>',
  Lss: '<',
  Gte: '>=',
  Lte: '<=',
  EqlC: '==',
  Neq: '!=',
  And: 'and',
  Or: 'or',
  Unless: 'unless',
};
const AGGREGATIONS = new Set(['Sum', 'Avg', 'Max', 'Min']);
const UNARY_FUNCTIONS: Record<string, string> = {
  Scalar: 'scalar',
  Abs: 'abs',
  Ceil: 'ceil',
  Floor: 'floor',
  Vector: 'vector',
  Sort: 'same',
  SortDesc: 'same',
};
const CLAMPS: Record<string, string> = { ClampMin: 'clamp_min', ClampMax: 'clamp_max', Round: 'round' };

class Reader {
  constructor(
    private readonly query: string,
    private readonly services: RolloutModel['services'],
  ) {}

  children(node: Node): Node[] {
    const found: Node[] = [];
    for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
    return found;
  }

  private text(node: Node): string {
    return this.query.slice(node.from, node.to);
  }

  private refuse(why: string): never {
    throw new QueryNotRecognised(this.query, why);
  }

  read(node: Node): QueryModel {
    const children = this.children(node);
    switch (node.name) {
      case 'ParenExpr':
        return this.read(children[0]);
      case 'NumberDurationLiteral':
        return { type: 'number', value: Number(this.text(node).replace(/Inf/i, 'Infinity')) };
      case 'UnaryExpr': {
        const right = this.read(children[children.length - 1]);
        if (this.text(children[0]) === '+') return right;
        return { type: 'operation', operator: '-', bool: false, left: { type: 'number', value: 0 }, right };
      }
      case 'BinaryExpr':
        return this.binary(children);
      case 'AggregateExpr':
        return this.aggregate(node, children);
      case 'FunctionCall':
        return this.call(node, children);
      default:
        return this.refuse(`'${this.text(node)}' is a value of the moment, not the growth of a counter over a window`);
    }
  }

  private binary(children: readonly Node[]): QueryModel {
    const operator = children.map(({ name }) => OPERATORS[name]).find((found) => found !== undefined);
    if (operator === undefined)
      return this.refuse(`the operator in '${children.map((child) => this.text(child)).join(' ')}' is not supported`);
    const bool = children.some(({ name }) => name === 'BoolModifier');
    const [left, right] = [children[0], children[children.length - 1]].map((child) => this.read(child));
    return { type: 'operation', operator, bool, left, right };
  }

  private aggregate(node: Node, children: readonly Node[]): QueryModel {
    const operator = children[0].firstChild?.name ?? '';
    if (!AGGREGATIONS.has(operator)) return this.refuse(`${this.text(children[0])} is not supported`);
    const body = children.find(({ name }) => name === 'FunctionCallBody');
    const inner = body === undefined ? [] : this.children(body);
    if (inner.length !== 1) return this.refuse(`'${this.text(node)}' is not understood`);
    this.refuseSeries(node, children);
    // One series for each pod and code is in there: their mean is not the whole.
    if (operator !== 'Sum' && inner[0].name !== 'AggregateExpr')
      return this.refuse(`${this.text(children[0])} of single series depends on how many there are; use sum`);
    return this.read(inner[0]);
  }

  /** An aggregation that keeps labels gives several series, unless the selectors leave but one value of each. */
  private refuseSeries(node: Node, children: readonly Node[]): void {
    const modifier = children.find(({ name }) => name === 'AggregateModifier');
    if (modifier === undefined) return;
    const written = this.text(modifier);
    if (/^without/i.test(written)) this.refuse(`'${written}' leaves several series`);
    for (const label of written
      .replace(/^by|[()\s]/gi, '')
      .split(',')
      .filter(Boolean)) {
      const pinned = new RegExp(`[{,]\\s*${label}\\s*="`).test(this.text(node));
      if (!pinned) this.refuse(`'${written}' gives a series for each ${label}`);
    }
  }

  private call(node: Node, children: readonly Node[]): QueryModel {
    const name = children[0].firstChild?.name ?? '';
    const body = children[1] === undefined ? [] : this.children(children[1]);
    if (name === 'Rate' || name === 'Increase' || name === 'Delta' || name === 'Irate') {
      const over = name === 'Rate' || name === 'Irate' ? 'rate' : 'increase';
      return this.counter(this.range(body[0]), over);
    }
    if (name === 'HistogramQuantile') return this.quantile(body);
    if (name in UNARY_FUNCTIONS && body.length === 1) {
      return { type: 'function', name: UNARY_FUNCTIONS[name], of: this.read(body[0]) };
    }
    if (name in CLAMPS && body.length >= 1) {
      const by = body[1] === undefined ? undefined : this.read(body[1]);
      if (by !== undefined && by.type !== 'number') this.refuse(`'${this.text(node)}' needs a number`);
      return { type: 'function', name: CLAMPS[name], of: this.read(body[0]), by: by?.value };
    }
    return this.refuse(`the function ${this.text(children[0])} is not supported`);
  }

  private counter({ name, matchers, window }: Range, over: Leaf['over']): QueryModel {
    const scope = scopeOf(matchers, this.services);
    const bound = matchers.find(({ label }) => label === 'le');
    let kind: Kind = kindOf(matchers);
    if (/_bucket$/.test(name)) {
      if (bound === undefined || bound.operator !== '=')
        return this.refuse(`'${name}' counts every bucket; name one by le="…"`);
      const seconds = Number(bound.value.replace(/\+?Inf/, 'Infinity')) * (inMilliseconds(name) ? 1e-3 : 1);
      kind = seconds === Infinity ? 'all' : { upTo: seconds };
    } else if (/_sum$/.test(name)) {
      if (kind !== 'all') return this.refuse('the latency of failures alone is not part of a traffic profile');
      kind = 'seconds';
      const leaf: QueryModel = { type: 'leaf', leaf: { scope, kind, window, over } };
      if (!inMilliseconds(name)) return leaf;
      return { type: 'operation', operator: '*', bool: false, left: leaf, right: { type: 'number', value: 1000 } };
    }
    return { type: 'leaf', leaf: { scope, kind, window, over } };
  }

  private quantile(body: readonly Node[]): QueryModel {
    const level = body[0] === undefined ? undefined : this.read(body[0]);
    if (level?.type !== 'number' || body[1] === undefined) return this.refuse('the quantile is not a number');
    const matrix = find(body[1], 'MatrixSelector');
    if (matrix === undefined) return this.refuse('the histogram is not the growth of its buckets over a window');
    const { name, matchers, window } = this.range(matrix);
    if (kindOf(matchers) !== 'all')
      return this.refuse('the latency of failures alone is not part of a traffic profile');
    const scope = scopeOf(matchers, this.services);
    return { type: 'quantile', leaf: { scope, quantile: level.value, window, milliseconds: inMilliseconds(name) } };
  }

  private range(node: Node | undefined): Range {
    if (node?.name !== 'MatrixSelector') return this.refuse('rate() and increase() need a range such as [5m]');
    const [selector, duration] = this.children(node);
    const window = readPromqlDuration(this.text(duration).replace(/[[\]\s]/g, ''));
    if (window === undefined) return this.refuse(`the range '${this.text(duration)}' is not a plain duration`);
    const matchers: Matcher[] = [];
    let name = '';
    const collect = (at: Node): void => {
      if (at.name === 'Identifier') name = this.text(at);
      if (at.name === 'UnquotedLabelMatcher' || at.name === 'QuotedLabelMatcher') {
        const [label, operator, value] = this.children(at).map((child) => this.text(child));
        matchers.push({ label, operator, value: unquote(value) });
      } else {
        this.children(at).forEach(collect);
      }
    };
    collect(selector);
    const named = matchers.find(({ label, operator }) => label === '__name__' && operator === '=');
    return { name: named?.value ?? name, matchers, window };
  }
}

interface Range {
  readonly name: string;
  readonly matchers: readonly Matcher[];
  readonly window: number;
}

const inMilliseconds = (name: string): boolean => /milliseconds|_ms(_|$)/.test(name);

function find(node: Node, name: string): Node | undefined {
  if (node.name === name) return node;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    const found = find(child, name);
    if (found) return found;
  }
  return undefined;
}

function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}

/** Every leaf of a meaning. */
export function leavesOf(meaning: QueryModel): (Leaf | QuantileLeaf)[] {
  switch (meaning.type) {
    case 'number':
      return [];
    case 'leaf':
    case 'quantile':
      return [meaning.leaf];
    case 'operation':
      return [...leavesOf(meaning.left), ...leavesOf(meaning.right)];
    case 'function':
      return leavesOf(meaning.of);
  }
}

/** A meaning stated by the user: `failures:5m`, `failure-ratio:5m`, `success-ratio:5m`, `p99:5m`, `both:failures:5m`. */
export function statedQueryModel(text: string): QueryModel | undefined {
  const match =
    /^(?:(canary|stable|both):)?(failures|requests|failure-ratio|success-ratio|failure-rate|p\d+(?:\.\d+)?):(\w+)$/.exec(
      text,
    );
  const window = match === null ? undefined : readPromqlDuration(match[3]);
  if (match === null || window === undefined) return undefined;
  const scope = (match[1] as Scope | undefined) ?? 'canary';
  const leaf = (kind: Kind, over: Leaf['over']): QueryModel => ({ type: 'leaf', leaf: { scope, kind, window, over } });
  const ratio = (kind: Kind): QueryModel => ({
    type: 'operation',
    operator: '/',
    bool: false,
    left:
      kind === 'failed'
        ? {
            type: 'operation',
            operator: 'or',
            bool: false,
            left: leaf(kind, 'rate'),
            right: { type: 'number', value: 0 },
          }
        : leaf(kind, 'rate'),
    right: leaf('all', 'rate'),
  });
  switch (match[2]) {
    case 'failures':
      return leaf('failed', 'increase');
    case 'requests':
      return leaf('all', 'increase');
    case 'failure-rate':
      return leaf('failed', 'rate');
    case 'failure-ratio':
      return ratio('failed');
    case 'success-ratio':
      return ratio('succeeded');
    default:
      return {
        type: 'quantile',
        leaf: { scope, quantile: Number(match[2].slice(1)) / 100, window, milliseconds: false },
      };
  }
}
