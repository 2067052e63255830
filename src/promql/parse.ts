import { parser } from '@prometheus-io/lezer-promql';
import { memoize } from '../formats/memoize';

/** The tree of the Prometheus project's own grammar. */
export type PromqlTree = ReturnType<typeof parser.parse>;

/** A place in a query that the grammar of Prometheus does not accept. Offsets are in UTF-16 code units of the query. */
export interface PromqlError {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** A parsed query: its tree, and the places that do not parse. */
export interface ParsedPromql {
  readonly query: string;
  readonly tree: PromqlTree;
  readonly errors: readonly PromqlError[];
}

/** Parses a query by the official grammar. Never throws: what does not parse is in `errors`. */
export function parsePromql(query: string): ParsedPromql {
  return parsed(query);
}

const parsed = memoize((query): ParsedPromql => {
  const tree = parser.parse(query);
  const errors: PromqlError[] = [];
  if (query.replace(/#.*$/gm, '').trim() === '') {
    errors.push({ from: 0, to: query.length, message: 'the query is empty' });
    return { query, tree, errors };
  }
  tree.iterate({
    enter: (node) => {
      if (!node.type.isError) return;
      const before = node.node.parent?.name ?? 'query';
      const rest = query.slice(node.from, node.from + 20).split('\n')[0];
      const message = rest === '' ? `the query ends in the middle of ${before}` : `unexpected '${rest}' in ${before}`;
      errors.push({ from: node.from, to: Math.max(node.to, Math.min(node.from + 1, query.length)), message });
    },
  });
  return { query, tree, errors };
});
