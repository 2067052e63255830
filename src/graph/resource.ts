import type { Place, Range } from '../formats/source';
import type { YamlSource } from '../formats/yaml';
import { formatPath, isMapping, type Mapping, own, type Path } from './path';

/** Where a resource was read. */
export interface Origin {
  /** The file's name as shown to the user, or the name of the origin for an object that is not from a file. */
  readonly file: string;
  /** The number of the document in the file, counted from 0. */
  readonly document: number;
  /** The text. Undefined for objects in memory. */
  readonly source?: YamlSource;
  /** The path from the document's root to the resource: `['items', 3]` in a List, otherwise empty. */
  readonly prefix: Path;
}

/** A Kubernetes object of the given set. Its content is not validated. */
export class Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Empty if none is given. */
  readonly name: string;
  /** Undefined if none is given; it then depends on how the manifest is applied. */
  readonly namespace: string | undefined;

  constructor(
    readonly manifest: Mapping,
    readonly origin: Origin,
  ) {
    this.apiVersion = String(manifest.apiVersion);
    this.kind = String(manifest.kind);
    const slash = this.apiVersion.indexOf('/');
    this.group = slash < 0 ? '' : this.apiVersion.slice(0, slash);
    this.version = this.apiVersion.slice(slash + 1);
    const name = own(manifest.metadata, 'name');
    const namespace = own(manifest.metadata, 'namespace');
    this.name = typeof name === 'string' ? name : '';
    this.namespace = typeof namespace === 'string' && namespace !== '' ? namespace : undefined;
  }

  /** A field, which may be absent. */
  field(...keys: (string | number)[]): Field {
    return fieldBelow(this, undefined, keys, this.manifest);
  }

  /** The field at a path, which may be absent. */
  at(path: Path): Field {
    return this.field(...path);
  }

  /** `shop/checkout`, or `checkout` without a namespace. */
  get fullName(): string {
    return this.namespace === undefined ? this.name : `${this.namespace}/${this.name}`;
  }

  /** `Rollout shop/checkout`. */
  toString(): string {
    return `${this.kind} ${this.fullName}`;
  }
}

/**
 * A field of a resource: its place and its value. It may be absent, and its value may have any type, so it is read by
 * type: `string` of a number is undefined, `items` of something that is not a list is empty. So no rule fails on a
 * malformed manifest.
 */
export class Field {
  constructor(
    readonly resource: Resource,
    /** Rules read a hundred fields for each one that they report, so the path is computed on demand. */
    private readonly above: Field | undefined,
    private readonly step: string | number | Path,
    /** The value. Undefined if there is no such field. */
    readonly value: unknown,
  ) {}

  /** The path from the resource's root. */
  get path(): Path {
    return (this.above?.path ?? []).concat(this.step);
  }

  /** The field below, by keys and indexes. */
  get(key?: string | number, second?: string | number, ...others: (string | number)[]): Field {
    // Nearly all calls have one key, and there are a thousand of them for each app.
    if (second === undefined && key !== undefined) return new Field(this.resource, this, key, own(this.value, key));
    const keys = key === undefined ? [] : [key, second!, ...others];
    return fieldBelow(this.resource, this, keys, this.value);
  }

  /** The elements of a list. Empty if it is not a list. */
  items(): Field[] {
    const { value } = this;
    if (!Array.isArray(value)) return [];
    return value.map((item: unknown, index) => new Field(this.resource, this, index, item));
  }

  /** The fields of an object. Empty if it is not an object. */
  entries(): [key: string, field: Field][] {
    const { value } = this;
    if (!isMapping(value)) return [];
    return Object.keys(value).map((key) => [key, new Field(this.resource, this, key, value[key])]);
  }

  /** Whether the field has a value. An explicit null is none. */
  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  get string(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }

  get boolean(): boolean | undefined {
    return typeof this.value === 'boolean' ? this.value : undefined;
  }

  /** An int-or-string as a number: `5` and `"5"`. Undefined for `"5%"` and `"{{args.count}}"`. */
  get integer(): number | undefined {
    const { value } = this;
    if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
    return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
  }

  /** An object whose values are strings, such as labels. Values of other types are left out. Empty if absent. */
  get strings(): { readonly [key: string]: string } {
    const found: { [key: string]: string } = Object.create(null);
    if (isMapping(this.value)) {
      for (const [key, value] of Object.entries(this.value)) if (typeof value === 'string') found[key] = value;
    }
    return found;
  }

  /** `spec.strategy.canary.steps[2]`. */
  toString(): string {
    return formatPath(this.path);
  }

  /**
   * The place of the field in its file. Undefined for an object in memory. The place of an absent field is that of its
   * nearest ancestor. Parses the document again, so use it only for what is shown.
   */
  place(on: 'key' | 'value' = 'value', within?: Range): Place | undefined {
    const { source, prefix } = this.resource.origin;
    return source?.file.place(source.range([...prefix, ...this.path], on, within));
  }
}

function fieldBelow(resource: Resource, above: Field | undefined, keys: Path, from: unknown): Field {
  let value = from;
  for (const key of keys) value = own(value, key);
  // A list of one key would be kept as long as the field.
  return new Field(resource, above, keys.length === 1 ? keys[0] : keys, value);
}

/** Every string below a field. */
export function* textsIn(field: Field): Generator<Field> {
  if (field.string !== undefined) yield field;
  for (const item of field.items()) yield* textsIn(item);
  for (const [, entry] of field.entries()) yield* textsIn(entry);
}
