import { promqlAst, walkPromql } from './ast';
import { parsePromql } from './parse';

/** Whether a query contains a subquery, so that its look-back may be longer than the life of a canary on purpose. */
export function hasSubquery(query: string): boolean {
  let found = false;
  const root = promqlAst(parsePromql(query));
  if (root) walkPromql(root, ({ kind }) => void (found ||= kind === 'subquery'));
  return found;
}
