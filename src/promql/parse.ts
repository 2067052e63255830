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

/**
 * Parses a query by the official grammar, to which functions of older and newer releases are added. Which releases have
 * what is in it, `languageUses` says. Never throws: what does not parse is in `errors`.
 */
export function parsePromql(query: string): ParsedPromql {
  return parsed(query);
}

/** Functions that the grammar lacks, with one as long that it has. */
const STAND_INS: Readonly<Record<string, string>> = {
  holt_winters: 'day_of_month',
  min_of: 'absent',
  max_of: 'absent',
  integral: 'increase',
};

/** A query of the same length that the grammar of one release can read: what it lacks of others is replaced. */
function readable(query: string): string {
  return query.replace(/\b(?:holt_winters|min_of|max_of|integral)(?=\s*\()/g, (name, at: number) => {
    // In a duration, which the grammar knows, these are other functions.
    const before = query.slice(0, at);
    const inDuration = before.lastIndexOf('[') > before.lastIndexOf(']') || /\boffset\b[^[{]*$/.test(before);
    return inDuration ? name : STAND_INS[name];
  });
}

const parsed = memoize((query): ParsedPromql => {
  const tree = parser.parse(readable(query));
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
