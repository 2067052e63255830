import { mapChildren, type ExprNode } from './ast';
import type { Span } from './errors';

/** Levels of a tree. No condition that people write has them, and everything that walks a tree would exhaust the stack. */
export const DEEPEST = 400;

/** Thrown where an expression has more levels. */
export class TooDeep extends Error {
  constructor(readonly span: Span) {
    super();
  }
}

/** Counts the levels of a tree without recursion. Throws TooDeep. */
export function checkDepth(root: ExprNode, expression: string): void {
  // A tree has no more levels than its text has characters.
  if (expression.length <= DEEPEST) return;
  const open: [node: ExprNode, level: number][] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, level] = next;
    // The optimiser makes an addition within an addition of `sum([a, b, c])`.
    const below = level + (node.kind === 'builtin' && node.name === 'sum' ? longestList(node.args) : 1);
    if (below > DEEPEST + 1) throw new TooDeep(node);
    mapChildren(node, (child) => {
      open.push([child, below]);
      return child;
    });
  }
}

const longestList = (nodes: readonly ExprNode[]): number =>
  Math.max(1, ...nodes.map((node) => (node.kind === 'array' ? node.nodes.length : 1)));
