import { isMapping, type Mapping, own } from '../graph';
import type { Options } from './values';

/**
 * The options without those that change nothing, because manifests also state defaults.
 *
 * @param needed Options that are needed, if they have the same values.
 */
export function withoutNeedless(
  options: Options,
  isAsNear: (tried: Options) => boolean,
  needed: Options = {},
): Options {
  const visit = (value: unknown, place: Place, like: unknown): unknown => {
    if (JSON.stringify(value) === JSON.stringify(like)) return value;
    if (Array.isArray(value)) return visitItems(value, place, Array.isArray(like) ? like : []);
    if (!isMapping(value)) return value;
    let left: Mapping = value;
    for (const key of Object.keys(value)) {
      const alike = own(like, key);
      if (alike !== undefined && JSON.stringify(value[key]) === JSON.stringify(alike)) continue;
      const put = (below: unknown): Mapping => {
        const entries = Object.entries({ ...left, [key]: below });
        return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
      };
      const without = put(undefined);
      left = isAsNear(place(without)) ? without : put(visit(value[key], (below) => place(put(below)), alike));
    }
    return left;
  };
  /** Of a thousand routes that are written alike, the first shows what the others need. */
  const visitItems = (items: readonly unknown[], place: Place, like: readonly unknown[]): readonly unknown[] => {
    let left = items;
    const visitItem = (i: number): void => {
      const put = (item: unknown): readonly unknown[] => left.map((one, at) => (at === i ? item : one));
      left = put(visit(items[i], (item) => place(put(item)), like[i]));
    };
    const shapes = items.map(shapeOf);
    const first = new Map<string, number>();
    for (const [i, shape] of shapes.entries()) {
      if (first.has(shape)) continue;
      first.set(shape, i);
      visitItem(i);
    }
    if (first.size === items.length) return left;
    const shortened = left.map((item, i) => {
      const model = first.get(shapes[i])!;
      return model === i ? item : shortenedLike(item, items[model], left[model]);
    });
    if (isAsNear(place(shortened))) return shortened;
    if (items.length <= FEW) for (const [i, shape] of shapes.entries()) if (first.get(shape) !== i) visitItem(i);
    return left;
  };
  const { steps, ...others } = options;
  const withSteps = (found: unknown): Options => ({
    ...(found as Options),
    ...(steps === undefined ? {} : { steps }),
  });
  return withSteps(visit(others, withSteps, needed));
}

type Place = (value: unknown) => Options;

/** So many items that are written alike are tried one by one if the first does not speak for all. */
const FEW = 16;

/** The structure of a value: its keys, numbers and booleans. Texts count only as texts. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shapeOf).join()}]`;
  if (isMapping(value))
    return `{${Object.entries(value)
      .map(([key, below]) => `${JSON.stringify(key)}:${shapeOf(below)}`)
      .join()}}`;
  return typeof value === 'string' ? 'text' : JSON.stringify(value);
}

/** A value without what was left out of another one of its shape. */
function shortenedLike(value: unknown, before: unknown, after: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item, i) => shortenedLike(item, (before as unknown[])[i], (after as unknown[])[i]));
  }
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(([key]) => own(after, key) !== undefined);
  return Object.fromEntries(kept.map(([key, below]) => [key, shortenedLike(below, own(before, key), own(after, key))]));
}
