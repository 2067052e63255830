import { isMapping, isSame, own } from '../graph';

/**
 * The differences between two values, field by field, one line each with the path as a reader would write it.
 *
 * @param key The field that holds the values, which decides what means the same.
 * @param exact Whether values that mean the same, but are written differently, differ too.
 */
export function differences(wanted: unknown, got: unknown, path = '', key = '', exact = false): string[] {
  if (Object.is(wanted, got)) return [];
  if (!exact && hasDefaults(wanted, got) && isSame(wanted, got, key)) return [];
  if (Array.isArray(wanted) && Array.isArray(got)) {
    const length = Math.max(wanted.length, got.length);
    return Array.from({ length }, (_, i) => differences(wanted[i], got[i], `${path}[${i}]`, key, exact)).flat();
  }
  if (isMapping(wanted) && isMapping(got)) {
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(got)])];
    return names.flatMap((name) =>
      differences(own(wanted, name), own(got, name), path === '' ? name : `${path}.${name}`, name, exact),
    );
  }
  if (wanted === undefined) return leaves(got, path).map((leaf) => `${leaf} is added`);
  if (got === undefined) return leaves(wanted, path).map((leaf) => `${leaf} is not carried over`);
  return [`${path} becomes ${brief(got)}, was ${brief(wanted)}`];
}

function leaves(value: unknown, path: string): string[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item, i) => leaves(item, `${path}[${i}]`));
  if (isMapping(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([name, item]) => leaves(item, `${path}.${name}`));
  }
  return [`${path} (${brief(value)})`];
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Whether two different values can mean the same. Finding that out takes longer than comparing them. */
function hasDefaults(wanted: unknown, got: unknown): boolean {
  if (!isMapping(wanted) || !isMapping(got)) return true;
  return Object.keys(wanted).length !== Object.keys(got).length;
}
