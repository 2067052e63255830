// The cases that are kept by hand: every disagreement that was found and mended, and what a random case rarely hits.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The kept cases of an item, or only the one that is asked for. */
export function keptCases(item, only) {
  const { cases } = parse(readFileSync(`conformance/corpus/${item}.yaml`, 'utf8'));
  const seen = new Set();
  for (const { id } of cases) {
    if (seen.has(id)) throw new Error(`conformance/corpus/${item}.yaml: two cases are called ${id}`);
    seen.add(id);
  }
  return only ? cases.filter(({ id }) => id === only) : cases;
}
