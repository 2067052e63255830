/**
 * A function of a text that remembers what it gave: the same queries and conditions are met in every app of a fleet.
 * What it gives must not be changed by whoever gets it.
 *
 * @param most How many results are kept. Beyond that it begins anew, so that memory stays flat.
 */
export function remembered<T>(most: number, make: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    let entry = known.get(text);
    if (entry === undefined) {
      if (known.size >= most) known.clear();
      entry = { value: make(text) };
      known.set(text, entry);
    }
    return entry.value;
  };
}
