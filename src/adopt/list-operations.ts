import type { PatchOperation } from '../formats/manifest-patch';
import { isMapping, isSame } from '../graph';

/** The operations that turn one item of a list into another that has the same name. */
type ItemOperations = (from: unknown, to: unknown, path: string) => PatchOperation[];

/**
 * The operations of a JSON patch that turn one list into another and leave alone what both have: items that mean the same,
 * and objects of the same name, which are changed in place. Before an item is removed or replaced, its value is tested,
 * because an index leads to another item once the list changes. Undefined if the lists share nothing.
 *
 * @param key The field that holds the lists, which decides what means the same.
 */
export function listOperations(
  from: readonly unknown[],
  to: readonly unknown[],
  path: string,
  key: string,
  ofItem: ItemOperations,
): PatchOperation[] | undefined {
  const pairs = sharedItems(from, to, key);
  if (pairs.length === 0) return undefined;
  const found: PatchOperation[] = [];
  let [start, index] = [0, 0];
  for (const [old, now] of [...pairs, [from.length, to.length] as const]) {
    const [before, after] = [from.slice(start, old), to.slice(index, now)];
    for (const [i, item] of after.entries()) {
      const at = `${path}/${index + i}`;
      if (i < before.length) found.push(...tested(before[i], at), { op: 'replace', path: at, value: item });
      else found.push({ op: 'add', path: at, value: item });
    }
    for (const item of before.slice(after.length)) {
      const at = `${path}/${index + after.length}`;
      found.push(...tested(item, at), { op: 'remove', path: at });
    }
    if (old < from.length) found.push(...ofItem(from[old], to[now], `${path}/${now}`));
    [start, index] = [old + 1, now + 1];
  }
  return found;
}

const tested = (value: unknown, path: string): PatchOperation[] => [{ op: 'test', path, value }];

/** Above this number of comparisons, lists are replaced as a whole. */
const MOST = 10_000;

/** The indexes of the items that two lists share, in the order of both: a longest common subsequence. */
function sharedItems(from: readonly unknown[], to: readonly unknown[], key: string): (readonly [number, number])[] {
  if (from.length * to.length > MOST) return [];
  const same = from.map((item) => to.map((other) => isShared(item, other, key)));
  // The length of the longest common subsequence of what follows each pair of indexes.
  const rest = Array.from({ length: from.length + 1 }, () => new Array<number>(to.length + 1).fill(0));
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      rest[i][j] = same[i][j] ? rest[i + 1][j + 1] + 1 : Math.max(rest[i + 1][j], rest[i][j + 1]);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < from.length && j < to.length;) {
    if (same[i][j]) pairs.push([i++, j++]);
    else if (rest[i + 1][j] >= rest[i][j + 1]) i++;
    else j++;
  }
  return pairs;
}

function isShared(one: unknown, other: unknown, key: string): boolean {
  if (isMapping(one) && isMapping(other) && typeof one.name === 'string') return one.name === other.name;
  return isSame(one, other, key);
}
