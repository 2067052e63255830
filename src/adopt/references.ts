import { append } from '../formats/append';
import type { Field, Resource } from '../graph';
import { type Querying, selectorsIn } from './queries';

/** The queries in the objects of a set, and their references by kind and name. Each object is read once. */
export class References {
  /** The objects with queries. */
  public readonly querying: readonly Querying[];
  private readonly byTarget = new Map<string, Field[]>();

  constructor(objects: readonly Resource[]) {
    this.querying = objects
      .map((object) => ({ object, selectors: selectorsIn(object.field()) }))
      .filter(({ selectors }) => selectors.length > 0);
    for (const object of objects) this.read(object.field());
  }

  /** The mappings that have the kind and the name of an object. */
  public to({ kind, name }: Resource): readonly Field[] {
    return this.byTarget.get(`${kind}/${name}`) ?? [];
  }

  private read(field: Field): void {
    const [kind, name] = ['kind', 'name'].map((key) => field.get(key).string);
    if (field.path.length > 0 && kind !== undefined && name !== undefined) {
      append(this.byTarget, `${kind}/${name}`, field);
    }
    for (const item of field.items()) this.read(item);
    for (const [, entry] of field.entries()) this.read(entry);
  }
}
