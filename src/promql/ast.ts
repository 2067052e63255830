import type { ParsedPromql } from './parse';
import { unquote } from './string-literal';
import { childOf, expressionsIn, labelsIn, type SyntaxNode as Node, syntaxOf } from './syntax';

/** Where a part of a query stands, in UTF-16 code units. */
export interface PromqlSpan {
  readonly from: number;
  readonly to: number;
}

/** A duration as written. Its value is known only if it contains no argument. */
export interface DurationText extends PromqlSpan {
  readonly text: string;
}

/** One label matcher. */
export interface Matcher extends PromqlSpan {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  /** Without its quotes. */
  readonly value: string;
  /** Where the value stands, without its quotes. */
  readonly inside: PromqlSpan;
}

/** The series that a name and matchers select. */
export interface Selector extends PromqlSpan {
  readonly kind: 'selector';
  /** Undefined where the name is a pattern, or none is given. */
  readonly metric: string | undefined;
  readonly matchers: readonly Matcher[];
  /** Present for a range vector. */
  readonly window?: DurationText;
  readonly offset?: DurationText;
}

/** A call of a function. */
export interface Call extends PromqlSpan {
  readonly kind: 'call';
  readonly name: string;
  /** Where the name stands. */
  readonly at: PromqlSpan;
  readonly args: readonly PromqlNode[];
}

/** An aggregation: `sum by (le) (…)`. */
export interface Aggregate extends PromqlSpan {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly at: PromqlSpan;
  /** With neither `by` nor `without` all labels go. */
  readonly grouping: 'by' | 'without' | undefined;
  readonly labels: readonly string[];
  readonly args: readonly PromqlNode[];
}

/** Two expressions and an operator, `and`, `or` and `unless` among them. */
export interface Binary extends PromqlSpan {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: PromqlNode;
  readonly right: PromqlNode;
  readonly bool: boolean;
  /** `on` or `ignoring`, and its labels. */
  readonly matching: { readonly by: 'on' | 'ignoring'; readonly labels: readonly string[] } | undefined;
}

/** An expression over a range: `(…)[1h:1m]`. */
export interface Subquery extends PromqlSpan {
  readonly kind: 'subquery';
  readonly node: PromqlNode;
  readonly window: DurationText;
  /** Undefined where none is stated. */
  readonly step?: DurationText;
  readonly offset?: DurationText;
}

/** An expression of PromQL. Parentheses are gone: the tree says what belongs to what. */
export type PromqlNode =
  | (PromqlSpan & { readonly kind: 'number' | 'string'; readonly text: string })
  | (PromqlSpan & { readonly kind: 'unary'; readonly operator: string; readonly node: PromqlNode })
  | Selector
  | Call
  | Aggregate
  | Binary
  | Subquery;

/**
 * The query as a tree of what it means; undefined where it does not parse. `text` is what the author wrote, where
 * something as long was parsed in its place.
 */
export function promqlAst({ query, tree, errors }: ParsedPromql, text = query): PromqlNode | undefined {
  const root = errors.length > 0 ? undefined : firstExpression(syntaxOf(tree));
  return root && read(root, text);
}

/** Every node of the tree with those around it, the innermost first. Parents before children. */
export function walkPromql(
  node: PromqlNode,
  visit: (node: PromqlNode, around: readonly PromqlNode[]) => void,
  around: readonly PromqlNode[] = [],
): void {
  visit(node, around);
  for (const child of promqlChildren(node)) walkPromql(child, visit, [node, ...around]);
}

/** The expressions of which an expression is made. */
export function promqlChildren(node: PromqlNode): readonly PromqlNode[] {
  switch (node.kind) {
    case 'call':
    case 'aggregate':
      return node.args;
    case 'binary':
      return [node.left, node.right];
    case 'unary':
    case 'subquery':
      return [node.node];
    default:
      return [];
  }
}

const firstExpression = (node: Node): Node | undefined => expressionsIn(node)[0];
const span = ({ from, to }: Node): PromqlSpan => ({ from, to });

function durationText(node: Node | undefined, text: string): DurationText | undefined {
  return node ? { ...span(node), text: text.slice(node.from, node.to).trim() } : undefined;
}

function read(node: Node, text: string): PromqlNode {
  const inner = expressionsIn(node);
  switch (node.name) {
    case 'AnchoredExpr':
    case 'ParenExpr':
    case 'SmoothedExpr':
    case 'StepInvariantExpr':
      return read(inner[0], text);
    case 'OffsetExpr':
      return withOffset(read(inner[0], text), durationText(childOf(node, 'OffsetDurationExpr'), text));
    case 'UnaryExpr':
      return {
        kind: 'unary',
        operator: text.slice(node.from, node.from + 1),
        node: read(inner[0], text),
        ...span(node),
      };
    case 'BinaryExpr':
      return readBinary(node, inner, text);
    case 'FunctionCall': {
      const name = childOf(node, 'FunctionIdentifier')!;
      const body = childOf(node, 'FunctionCallBody');
      const args = body ? expressionsIn(body).map((one) => read(one, text)) : [];
      return { kind: 'call', name: text.slice(name.from, name.to), at: span(name), args, ...span(node) };
    }
    case 'AggregateExpr':
      return readAggregate(node, text);
    case 'MatrixSelector':
      return { ...(read(inner[0], text) as Selector), window: durationText(childOf(node, 'DurationExpr'), text) };
    case 'SubqueryExpr': {
      const window = durationText(childOf(node, 'DurationExpr'), text) ?? { ...span(node), text: '' };
      const [, second] = node.children.filter(({ name }) => name === 'DurationExpr');
      const step = durationText(second, text);
      return { kind: 'subquery', node: read(inner[0], text), window, ...(step ? { step } : {}), ...span(node) };
    }
    case 'VectorSelector':
      return readSelector(node, text);
    default:
      return {
        kind: node.name === 'StringLiteral' ? 'string' : 'number',
        text: text.slice(node.from, node.to),
        ...span(node),
      };
  }
}

const withOffset = (node: PromqlNode, offset: DurationText | undefined): PromqlNode =>
  node.kind === 'selector' || node.kind === 'subquery' ? { ...node, offset } : node;

function readBinary(node: Node, [left, right]: Node[], text: string): Binary {
  const operator = node.children.find(
    ({ from, name }) => from >= left.to && name !== 'BoolModifier' && name !== 'LineComment',
  )!;
  const clause = childOf(node, 'MatchingModifierClause');
  const by = clause && childOf(clause, 'On') ? 'on' : 'ignoring';
  return {
    kind: 'binary',
    operator: text.slice(operator.from, operator.to).toLowerCase(),
    left: read(left, text),
    right: read(right, text),
    bool: childOf(node, 'BoolModifier') !== undefined,
    matching: clause ? { by, labels: labelsIn(childOf(clause, 'GroupingLabels'), text) } : undefined,
    ...span(node),
  };
}

function readAggregate(node: Node, text: string): Aggregate {
  const name = childOf(node, 'AggregateOp')!;
  const modifier = childOf(node, 'AggregateModifier');
  const body = childOf(node, 'FunctionCallBody');
  return {
    kind: 'aggregate',
    name: text.slice(name.from, name.to).toLowerCase(),
    at: span(name),
    grouping: modifier ? (childOf(modifier, 'By') ? 'by' : 'without') : undefined,
    labels: labelsIn(modifier && childOf(modifier, 'GroupingLabels'), text),
    args: body ? expressionsIn(body).map((one) => read(one, text)) : [],
    ...span(node),
  };
}

function readSelector(node: Node, text: string): Selector {
  const name = childOf(node, 'Identifier');
  const list = childOf(node, 'LabelMatchers');
  const all = list ? list.children : [];
  const matchers = all.flatMap((one) => readMatcher(one, text) ?? []);
  const quoted = all.find((one) => one.name === 'QuotedLabelName');
  const byLabel = matchers.find(({ label, operator }) => label === '__name__' && operator === '=')?.value;
  const metric = name ? text.slice(name.from, name.to) : quoted ? unquote(text.slice(quoted.from, quoted.to)) : byLabel;
  return {
    kind: 'selector',
    metric,
    matchers: matchers.filter(({ label }) => label !== '__name__'),
    ...span(node),
  };
}

function readMatcher(node: Node, text: string): Matcher | undefined {
  const label = childOf(node, 'LabelName') ?? childOf(node, 'QuotedLabelName');
  const operator = childOf(node, 'MatchOp');
  const value = childOf(node, 'StringLiteral');
  if (!label || !operator || !value) return undefined;
  return {
    label: unquote(text.slice(label.from, label.to)),
    operator: text.slice(operator.from, operator.to) as Matcher['operator'],
    value: unquote(text.slice(value.from, value.to)),
    inside: { from: value.from + 1, to: value.to - 1 },
    ...span(node),
  };
}
