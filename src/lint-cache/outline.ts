import { isMapping, type Resource } from '../graph';

/**
 * Fields that no rule compares with other objects, or only with those that the object is connected with anyway. A change of
 * their values, and of any number, connects nothing and disconnects nothing.
 */
const FREE = new Set([
  ...['image', 'cpu', 'memory', 'ephemeral-storage', 'storage', 'sizeLimit'],
  ...['maxSurge', 'maxUnavailable', 'minAvailable', 'pause', 'duration', 'interval', 'initialDelay'],
  ...['scrapeTimeout', 'timeout', 'perTryTimeout', 'count', 'failureLimit', 'inconclusiveLimit'],
  ...['consecutiveErrorLimit', 'consecutiveSuccessLimit', 'successCondition', 'failureCondition'],
]);

/** Called with the path of keys, without the places in lists, and the value: a text, a boolean, or something empty. */
type Visit = (path: string, value: unknown) => void;

function walk(value: unknown, path: string, visit: Visit): void {
  if (typeof value === 'number') return;
  if (Array.isArray(value)) {
    if (value.length === 0) visit(path, value);
    for (const item of value) walk(item, path, visit);
  } else if (isMapping(value)) {
    const keys = Object.keys(value);
    if (keys.length === 0) visit(path, value);
    for (const key of keys) if (!FREE.has(key)) walk(value[key], `${path}.${key}`, visit);
  } else visit(path, value);
}

/**
 * The values in a file that other objects may refer to, as a text: all texts, booleans and empty values with their fields,
 * each once. While it stays the same, an edit changes no connection to other objects.
 */
export function outlineOf(resources: readonly Resource[]): string {
  return JSON.stringify(
    resources.map(({ manifest }) => {
      const seen = new Set<string>();
      walk(manifest, '', (path, value) => seen.add(`${path}=${JSON.stringify(value)}`));
      return [...seen].sort();
    }),
  );
}

const WORD = /[a-z0-9][a-z0-9_-]*/g;
const DIGITS = /^\d+$/;

/** The names and parts of names in a text, as hosts, queries and paths hold them. */
export function wordsIn(text: string): string[] {
  const found = text.toLowerCase().match(WORD) ?? [];
  return found.flatMap((word) => {
    const name = word.replace(/[-_]+$/, '');
    return DIGITS.test(name) ? [] : [name];
  });
}

/** The words of the texts of an object. */
export function addWords({ manifest }: Resource, words: Set<string>): void {
  walk(manifest, '', (_path, value) => {
    if (typeof value === 'string') for (const word of wordsIn(value)) words.add(word);
  });
}
