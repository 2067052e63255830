import type { PromqlTree } from './parse';
import { unquote } from './string-literal';

/** A node of the tree of the Prometheus project's own grammar. */
export type SyntaxNode = PromqlTree['topNode'];

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

/** The nodes directly below a node. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

/** The expressions directly below a node. */
export const expressionsIn = (node: SyntaxNode): SyntaxNode[] =>
  childrenOf(node).filter(({ name }) => EXPRESSIONS.has(name));

/** The labels of a list such as that of `by (…)`. */
export const labelsIn = (node: SyntaxNode | null, text: string): string[] =>
  node ? childrenOf(node).map((label) => unquote(text.slice(label.from, label.to))) : [];
