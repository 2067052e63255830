import type { PromqlNode } from './ast';
import { type PromqlType, signatureOf } from './functions';

export type { PromqlType } from './functions';

/** The type of an expression by its outermost part; whether its parts fit is for `promqlProblems` to say. */
export function promqlType(node: PromqlNode): PromqlType {
  switch (node.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      return node.window ? 'range vector' : 'instant vector';
    case 'subquery':
      return 'range vector';
    case 'unary':
      return promqlType(node.node);
    case 'call':
      return signatureOf(node.name)?.returns ?? 'instant vector';
    case 'aggregate':
      return 'instant vector';
    case 'binary':
      return promqlType(node.left) === 'scalar' && promqlType(node.right) === 'scalar' ? 'scalar' : 'instant vector';
  }
}
