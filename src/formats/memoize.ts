/** Memoizes a function of an object for the lifetime of the object. */
export function memoizeByObject<K extends object, T>(make: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, { readonly value: T }>();
  return (key) => {
    let entry = known.get(key);
    if (entry === undefined) known.set(key, (entry = { value: make(key) }));
    return entry.value;
  };
}

/** A function of several values whose results are cached by a text that tells the values apart. */
export function memoizeBy<A extends readonly unknown[], T>(
  keyOf: (...values: A) => string,
  make: (...values: A) => T,
  most = 500,
): (...values: A) => T {
  const known = new Map<string, { readonly value: T }>();
  return (...values) => {
    const key = keyOf(...values);
    let entry = known.get(key);
    if (entry === undefined) {
      entry = { value: make(...values) };
      if (known.size >= most) known.clear();
      known.set(key, entry);
    }
    return entry.value;
  };
}

/**
 * A function of a text whose results are cached: a repository has few different conditions, and many rules that evaluate
 * them. When the cache is full it is cleared, so that memory does not grow with the number of files.
 */
export const memoize = <T>(make: (text: string) => T, most?: number): ((text: string) => T) =>
  memoizeBy((text: string) => text, make, most);
