// The cases that are kept by hand: every disagreement that was found and fixed, and cases that random ones rarely contain.
import { readFileSync, readdirSync } from 'node:fs';
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

/** The item that a kept case belongs to; undefined where no item keeps one of that name. */
export function itemOf(id) {
  return readdirSync('conformance/corpus')
    .map((file) => file.replace(/\.yaml$/, ''))
    .find((item) => keptCases(item, id).length > 0);
}
