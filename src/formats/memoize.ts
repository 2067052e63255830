/** Memoizes a function of an object for the lifetime of the object. */
export function memoizeByObject<K extends object, T>(make: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, { readonly value: T }>();
  return (key) => {
    let entry = known.get(key);
    if (entry === undefined) known.set(key, (entry = { value: make(key) }));
    return entry.value;
  };
}

/**
 * A function of a text whose results are cached: a repository has few different conditions, and many rules that evaluate
 * them. When the cache is full it is cleared, so that memory does not grow with the number of files.
 */
export function memoize<T>(make: (text: string) => T, most = 500): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    let entry = known.get(text);
    if (entry === undefined) {
      entry = { value: make(text) };
      if (known.size >= most) known.clear();
      known.set(text, entry);
    }
    return entry.value;
  };
}
