import type { PromqlTree } from './parse';
import { unquote } from './string-literal';

/** A node of a query's syntax, named as in the grammar of the Prometheus project. */
export interface SyntaxNode {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly children: readonly SyntaxNode[];
}

const EXPRESSIONS = new Set([
  'AggregateExpr',
  'AnchoredExpr',
  'BinaryExpr',
  'FunctionCall',
  'MatrixSelector',
  'NumberDurationLiteral',
  'OffsetExpr',
  'ParenExpr',
  'SmoothedExpr',
  'StepInvariantExpr',
  'StringLiteral',
  'SubqueryExpr',
  'UnaryExpr',
  'VectorSelector',
]);

/** What stands behind an expression and belongs to it. */
const POSTFIX = new Set([
  'AnchoredExpr',
  'MatrixSelector',
  'OffsetExpr',
  'SmoothedExpr',
  'StepInvariantExpr',
  'SubqueryExpr',
]);

/**
 * The syntax of a parsed query. The grammar gives `offset`, `@` and ranges a lower precedence than operators, so that
 * in `a + b offset 1h` the offset would be that of the sum. In Prometheus it is that of `b`.
 */
export function syntaxOf(tree: PromqlTree): SyntaxNode {
  return convert(tree.topNode);
}

function convert({ name, from, to, firstChild }: PromqlTree['topNode']): SyntaxNode {
  const children: SyntaxNode[] = [];
  for (let child = firstChild; child; child = child.nextSibling) children.push(convert(child));
  const node = { name, from, to, children };
  return POSTFIX.has(name) ? bound(node) : node;
}

/** Puts a postfix to the operand that stands directly before it. */
function bound(node: SyntaxNode): SyntaxNode {
  const [operand] = expressionsIn(node);
  if (operand === undefined || (operand.name !== 'BinaryExpr' && operand.name !== 'UnaryExpr')) return node;
  const inner = expressionsIn(operand);
  const last = inner[inner.length - 1];
  if (last === undefined) return node;
  const swap = (within: SyntaxNode, old: SyntaxNode, now: SyntaxNode): SyntaxNode[] =>
    within.children.map((child) => (child === old ? now : child));
  const own = bound({ ...node, from: last.from, children: swap(node, operand, last) });
  return { ...operand, to: node.to, children: swap(operand, last, own) };
}

/** The expressions directly below a node. */
export const expressionsIn = ({ children }: SyntaxNode): SyntaxNode[] =>
  children.filter(({ name }) => EXPRESSIONS.has(name));

/** The first node of a name directly below a node. */
export const childOf = ({ children }: SyntaxNode, wanted: string): SyntaxNode | undefined =>
  children.find(({ name }) => name === wanted);

/** The labels of a list such as that of `by (…)`. */
export const labelsIn = (node: SyntaxNode | undefined, text: string): string[] =>
  node?.children.map((label) => unquote(text.slice(label.from, label.to))) ?? [];
