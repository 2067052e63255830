import { isDeepStrictEqual } from 'node:util';
import { dirname } from 'node:path';
import type { Place, SourceFile } from '../formats/source';
import { loadManifests, type NamedText, parsePath, type Resource } from '../graph';

/** Finds where in the source files a field of a rendered object was written. */
export class SourceMap {
  /** The source files, by name. */
  public readonly files: ReadonlyMap<string, SourceFile>;
  private readonly patches: readonly Resource[];
  private readonly complete: readonly Resource[];

  /**
   * @param inputs patches, the outermost first
   * @param resources complete objects
   */
  constructor(inputs: readonly NamedText[], resources: readonly NamedText[]) {
    const [patches, complete] = [loadManifests(inputs), loadManifests(resources)];
    this.patches = patches.resources;
    this.complete = complete.resources;
    this.files = new Map([...patches.files, ...complete.files].map((file) => [file.name, file]));
  }

  /**
   * Where the field has the same value: in a patch if there, otherwise in the base. A field that no file states is placed
   * at its nearest ancestor in the base. Undefined for an object that no source file has, such as a generated ConfigMap.
   */
  placeOf(rendered: Resource, path: string): Place | undefined {
    const steps = parsePath(path);
    if (steps === undefined) return undefined;
    const { value } = rendered.field(...steps);
    const complete = matching(this.complete, rendered);
    if (value !== undefined) {
      for (const one of [...matching(this.patches, rendered), ...complete]) {
        const field = one.field(...steps);
        if (isDeepStrictEqual(field.value, value)) return field.place();
      }
    }
    return complete[0]?.field(...steps).place();
  }
}

/** Objects of the same kind whose name the rendered one has, or has with a prefix or suffix: the longest name first. */
function matching(resources: readonly Resource[], rendered: Resource): Resource[] {
  const here = dirname(rendered.origin.file);
  const score = (one: Resource): number => one.name.length * 2 + (dirname(one.origin.file).startsWith(here) ? 1 : 0);
  return resources
    .filter(
      ({ group, kind, name }) =>
        group === rendered.group && kind === rendered.kind && name !== '' && rendered.name.includes(name),
    )
    .sort((a, b) => score(b) - score(a));
}
