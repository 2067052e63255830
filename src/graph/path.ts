/** The path to a field of a manifest: keys of objects and indexes of lists, from the root. */
export type Path = readonly (string | number)[];

/** A path in its usual notation: `spec.steps[2].pause`, `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text;
}

/** Parses the output of `formatPath`. Undefined for other texts. */
export function parsePath(text: string): Path | undefined {
  const path: (string | number)[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^(?:\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\])/.exec(rest);
    if (match === null) return undefined;
    const [whole, key, index, quoted] = match;
    path.push(key ?? (index === undefined ? (JSON.parse(quoted) as string) : Number(index)));
    rest = rest.slice(whole.length);
  }
  return path;
}

/** A plain object of a manifest. Its content is not validated. */
export interface Mapping {
  readonly [key: string]: unknown;
}

/** Whether a value is an object with keys, and neither a list nor null. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own value of a key; never one of the prototype. */
export function own(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
