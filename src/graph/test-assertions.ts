import { dirname, join, normalize } from 'node:path';
import { lastPart } from '../formats/last-part';
import { readDocuments } from '../formats/yaml';
import { isMapping } from './path';

/** The names that chainsaw looks for. */
const CHAINSAW = /^chainsaw-test\.ya?ml$/;

/** The names of kuttl's assertions: `00-assert.yaml`, `01-errors.yaml`. */
const KUTTL = /^\d+-(assert|errors?)(-.*)?\.ya?ml$/;

/** Whether a file is a test of chainsaw, by its name. */
export function isChainsawTest(name: string): boolean {
  return CHAINSAW.test(lastPart(name));
}

/**
 * Files with parts of objects that a test expects in a cluster, which are not applied: those with kuttl's names, and
 * those that a test of chainsaw names below `assert` or `error`.
 *
 * @param read Gives the text of a file, undefined if it cannot be read.
 */
export function assertionFiles(files: readonly string[], read: (file: string) => string | undefined): Set<string> {
  const patterns = files.filter(isChainsawTest).flatMap((file) => {
    const folder = dirname(file);
    return readDocuments(read(file) ?? '')
      .flatMap(({ value }) => assertedIn(value))
      .map((name) => pattern(normalize(join(folder, name))));
  });
  return new Set(
    files.filter((file) => KUTTL.test(lastPart(file)) || patterns.some((one) => one.test(normalize(file)))),
  );
}

/** The files of all `assert` and `error` operations, at any depth. */
function assertedIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(assertedIn);
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const operation = key === 'assert' || key === 'error';
    if (operation && isMapping(below) && typeof below.file === 'string') return [below.file];
    return assertedIn(below);
  });
}

/** A path in which a star matches any part of a name. */
const pattern = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`);

/**
 * Whether an object is an assertion of chainsaw: a key in parentheses, such as `(length(rules))`, is an expression, and
 * not a field of any kind.
 */
export function isAssertion(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isAssertion);
  if (!isMapping(value)) return false;
  return Object.entries(value).some(([key, below]) => /^\(.+\)$/.test(key) || isAssertion(below));
}
