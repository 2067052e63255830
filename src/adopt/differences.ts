import { Json, isPlain } from './manifests';
import { isSame } from '../graph';

/** What one object has at a path and the other has not, or has otherwise. Paths as a reader would write them. */
export function differences(wanted: Json, got: Json, path = '', key = '', exact = false): string[] {
  if (Object.is(wanted, got)) return [];
  if (!exact && hasDefaults(wanted, got) && isSame(wanted, got, key)) return [];
  if (Array.isArray(wanted) && Array.isArray(got)) {
    const length = Math.max(wanted.length, got.length);
    return Array.from({ length }, (_, i) => differences(wanted[i], got[i], `${path}[${i}]`, key, exact)).flat();
  }
  if (isPlain(wanted) && isPlain(got)) {
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(got)])];
    return names.flatMap((name) =>
      differences(wanted[name], got[name], path === '' ? name : `${path}.${name}`, name, exact),
    );
  }
  if (wanted === undefined) return leaves(got, path).map((leaf) => `${leaf} is added`);
  if (got === undefined) return leaves(wanted, path).map((leaf) => `${leaf} is not carried over`);
  return [`${path} becomes ${brief(got)}, was ${brief(wanted)}`];
}

function leaves(value: Json, path: string): string[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item, i) => leaves(item, `${path}[${i}]`));
  if (isPlain(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([name, item]) => leaves(item, `${path}.${name}`));
  }
  return [`${path} (${brief(value)})`];
}

function brief(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Whether two values can mean the same although they are not: to find that out takes longer than to compare them. */
function hasDefaults(wanted: Json, got: Json): boolean {
  if (!isPlain(wanted) || !isPlain(got)) return true;
  return Object.keys(wanted).length !== Object.keys(got).length;
}
