import { isMapping, type Path } from './path';

/** A part of a text, in UTF-16 code units. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where a field stands: its key, if it has one, and its value. */
export interface MarkedField {
  readonly key?: Range;
  readonly value: Range;
  /** How much of the path there is; a field that is missing is given as its nearest ancestor. */
  readonly depth: number;
}

/**
 * Where everything in a document stands: two offsets for each value, and before them two for its key where it has one,
 * in the order in which the values are walked. That is a hundredth of what the tree takes, so it can be kept, and a
 * finding is placed without reading the document again.
 */
export class Marks {
  private readonly offsets: Uint16Array | Uint32Array;

  constructor(
    private readonly root: unknown,
    offsets: readonly number[],
    length: number,
  ) {
    this.offsets = length < 0x10000 ? Uint16Array.from(offsets) : Uint32Array.from(offsets);
  }

  /** Finds a field, or its nearest ancestor. */
  find(path: Path): MarkedField {
    let at = 0;
    let value = this.root;
    let found: MarkedField = { value: this.range(at), depth: 0 };
    for (let depth = 0; depth < path.length; depth++) {
      const key = path[depth];
      let inner = at + 2;
      if (Array.isArray(value)) {
        if (typeof key !== 'number' || key < 0 || key >= value.length) return found;
        for (let i = 0; i < key; i++) inner += sizeOf(value[i]);
        [at, value] = [inner, value[key]];
        found = { value: this.range(at), depth: depth + 1 };
      } else {
        const name = String(key);
        if (!isMapping(value) || !Object.hasOwn(value, name)) return found;
        for (const other of Object.keys(value)) {
          if (other === name) break;
          inner += 2 + sizeOf(value[other]);
        }
        [at, value] = [inner + 2, value[name]];
        found = { key: this.range(inner), value: this.range(at), depth: depth + 1 };
      }
    }
    return found;
  }

  private range(at: number): Range {
    return { from: this.offsets[at], to: this.offsets[at + 1] };
  }
}

/** How many offsets a value has. */
function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 2;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 2);
  return Object.values(value).reduce<number>((sum, child) => sum + 2 + sizeOf(child), 2);
}
