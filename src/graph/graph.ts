import { append } from '../formats/append';
import type { SourceFile } from '../formats/source';
import { dirname } from 'node:path';
import { NEWEST, newestOf, type Releases } from '../versions';
import type { Loaded, LoadProblem } from './load';
import { Resource } from './resource';

/** What a reference names. */
export interface Wanted {
  /** Left out: any group. */
  readonly group?: string;
  readonly kind: string;
  readonly name: string;
  /** Undefined: unknown, so that the name alone decides. Null: the kind has no namespaces. */
  readonly namespace: string | undefined | null;
}

/** An object that was made in memory. */
export interface NamedObject {
  /** The name by which the user knows its origin, such as a construct path. */
  readonly origin: string;
  readonly manifest: object;
}

const NONE: readonly Resource[] = [];
/** More resources of one name are not looked through for each reference: that would be quadratic. */
const FEW = 8;

/** An indexed set of resources. The functions of this folder resolve references in it. */
export class Graph {
  private readonly byKind = new Map<string, Resource[]>();
  private readonly byGroup = new Map<string, readonly Resource[]>();
  /** By kind, then by name: one text made of both would have to be made for each look-up. */
  private readonly byName = new Map<string, Map<string, Resource[]>>();
  /** By namespace, for names that many resources have. */
  private readonly crowded = new Map<readonly Resource[], Map<string, Resource[]>>();
  /** Created only if names repeat. */
  private readonly byFolder = new Map<string, Resource[]>();
  /** Lists in which no name repeats. Many selectors share a list. */
  private readonly distinct = new WeakSet<readonly object[]>();

  constructor(
    readonly resources: readonly Resource[],
    /** The texts that were read. */
    readonly files: readonly SourceFile[] = [],
    /** Files that could not be read. */
    readonly problems: readonly LoadProblem[] = [],
    /** Number of documents that are no Kubernetes objects. */
    readonly skipped = 0,
    /** The releases of the systems in the target cluster. */
    readonly releases: Releases = newestOf(NEWEST),
  ) {
    for (const resource of resources) {
      append(this.byKind, resource.kind, resource);
      let names = this.byName.get(resource.kind);
      if (names === undefined) this.byName.set(resource.kind, (names = new Map<string, Resource[]>()));
      append(names, resource.name, resource);
    }
  }

  /** The same resources, for a cluster with these releases. */
  on(releases: Releases): Graph {
    const same = (Object.keys(releases) as (keyof Releases)[]).every((key) => releases[key] === this.releases[key]);
    if (same) return this;
    return new Graph(this.resources, this.files, this.problems, this.skipped, releases);
  }

  /** All resources of a kind, in the order in which they were read. */
  ofKind(kind: string, group?: string): readonly Resource[] {
    const found = this.byKind.get(kind) ?? NONE;
    if (group === undefined || found.length === 0) return found;
    // Dozens of rules ask for the same.
    const key = `${group}/${kind}`;
    const ofGroup = this.byGroup.get(key) ?? found.filter((resource) => resource.group === group);
    this.byGroup.set(key, ofGroup);
    return ofGroup;
  }

  /** The kinds of the set. */
  kinds(): string[] {
    return [...this.byKind.keys()];
  }

  /**
   * The resources that a reference can mean. A resource without a namespace can be applied to any, so it matches every
   * namespace. One that states the namespace takes precedence.
   */
  findAll({ group, kind, name, namespace }: Wanted): readonly Resource[] {
    const named = this.byName.get(kind)?.get(name);
    if (named === undefined) return NONE;
    if (namespace === undefined || namespace === null) return ofGroup(named, group);
    const exact = ofGroup(this.within(named, namespace), group);
    return exact.length > 0 || namespace === '' ? exact : ofGroup(this.within(named, ''), group);
  }

  /** Returns the resources of a namespace. An empty namespace stands for resources without one. */
  private within(named: readonly Resource[], namespace: string): readonly Resource[] {
    if (named.length <= FEW) return only(named, (one) => (one.namespace ?? '') === namespace);
    let byNamespace = this.crowded.get(named);
    if (byNamespace === undefined) {
      this.crowded.set(named, (byNamespace = new Map<string, Resource[]>()));
      for (const one of named) append(byNamespace, one.namespace ?? '', one);
    }
    return byNamespace.get(namespace) ?? NONE;
  }

  /**
   * The one resource that a reference means. If several have the name (a base and its overlays, one folder per
   * cluster), the nearest to `from`: the same file, the same folder, then the folder with the longest common path.
   */
  find(wanted: Wanted, from?: Resource): Resource | undefined {
    const found = this.findAll(wanted);
    if (found.length <= 1 || from === undefined) return found[0];
    const here = found.length > FEW ? this.inFolder(wanted, dirname(from.origin.file)) : NONE;
    return nearest(here.length > 0 ? here : found.slice(0, 1000), from);
  }

  /**
   * Of the entries whose resources share a name (a folder for staging, another for production, never in one cluster),
   * only the nearest to `from`. Everything else is unchanged.
   */
  nearestOfEach<T extends { readonly resource: Resource }>(things: readonly T[], from: Resource): readonly T[] {
    if (things.length < 2 || this.distinct.has(things)) return things;
    const byName = new Map<string, T[]>();
    for (const thing of things) {
      const { group, kind, namespace, name } = thing.resource;
      const key = `${group}/${kind}/${namespace ?? ''}/${name}`;
      const list = byName.get(key);
      if (list) list.push(thing);
      else byName.set(key, [thing]);
    }
    if (byName.size === things.length) {
      this.distinct.add(things);
      return things;
    }
    const folder = dirname(from.origin.file);
    return [...byName.values()].map((list) => {
      // As in `find`: not quadratic if a name is used a thousand times.
      const here = list.length > FEW ? list.filter(({ resource }) => dirname(resource.origin.file) === folder) : [];
      const candidates = here.length > 0 ? here : list.slice(0, 1000);
      const best = nearest(
        candidates.map(({ resource }) => resource),
        from,
      );
      return candidates.find(({ resource }) => resource === best)!;
    });
  }

  /**
   * A resource, and those of its name in other files of its folder. Of such only one can be applied: they are versions to
   * choose from, as in the folders of a tutorial.
   */
  versionsOf(resource: Resource): readonly Resource[] {
    const named = this.byName.get(resource.kind)?.get(resource.name) ?? NONE;
    if (named.length < 2) return [resource];
    const { group, kind, name, namespace } = resource;
    const folder = dirname(resource.origin.file);
    const near = named.length > FEW ? this.inFolder({ group, kind, name, namespace }, folder) : named;
    return near.filter(
      (one) =>
        one === resource ||
        (one.group === group &&
          one.namespace === namespace &&
          one.origin.file !== resource.origin.file &&
          dirname(one.origin.file) === folder),
    );
  }

  private inFolder({ group, kind, name, namespace }: Wanted, folder: string): readonly Resource[] {
    if (this.byFolder.size === 0) {
      for (const resource of this.resources) {
        append(this.byFolder, `${resource.kind}/${resource.name}@${dirname(resource.origin.file)}`, resource);
      }
    }
    return (this.byFolder.get(`${kind}/${name}@${folder}`) ?? NONE).filter(
      (resource) =>
        (group === undefined || resource.group === group) && sameNamespace(resource.namespace, namespace ?? undefined),
    );
  }
}

const ofGroup = (resources: readonly Resource[], group: string | undefined): readonly Resource[] =>
  group === undefined ? resources : only(resources, (one) => one.group === group);

/** Filters resources. Nearly all lists have one resource, and are not copied. */
function only(resources: readonly Resource[], fits: (resource: Resource) => boolean): readonly Resource[] {
  if (resources.length !== 1) return resources.filter(fits);
  return fits(resources[0]) ? resources : NONE;
}

function nearest(resources: readonly Resource[], from: Resource): Resource {
  const file = from.origin.file;
  const folder = dirname(file).split('/');
  let best = resources[0];
  let bestScore = -1;
  for (const resource of resources) {
    const other = resource.origin.file;
    if (other === file && resource.namespace === from.namespace) return resource;
    const way = dirname(other).split('/');
    let common = 0;
    while (common < folder.length && folder[common] === way[common]) common++;
    const score = (resource.namespace === from.namespace ? 1e6 : 0) + (other === file ? 1e5 : 0) + common;
    if (score > bestScore) [best, bestScore] = [resource, score];
  }
  return best;
}

/** Whether two resources can be in the same namespace. If one states none, they can. */
export function sameNamespace(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/** The graph of what was read from texts. */
export function graphOfLoaded({ resources, files, problems, skipped }: Loaded): Graph {
  return new Graph(resources, files, problems, skipped);
}

/** The graph of objects in memory, without those that are not Kubernetes objects. */
export function graphOf(objects: Iterable<NamedObject>): Graph {
  const resources: Resource[] = [];
  for (const { origin, manifest } of objects) {
    const { apiVersion, kind } = manifest as { apiVersion?: unknown; kind?: unknown };
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') continue;
    const document = resources.length;
    resources.push(new Resource(manifest as { [key: string]: unknown }, { file: origin, document, prefix: [] }));
  }
  return new Graph(resources);
}

/**
 * Memoizes a function of a graph, so that many rules can use its result: `const services = memoizeOnGraph((graph) =>
 * …)`.
 */
export function memoizeOnGraph<T>(make: (graph: Graph) => T): (graph: Graph) => T {
  const made = new WeakMap<Graph, { readonly value: T }>();
  return (graph) => {
    let entry = made.get(graph);
    if (entry === undefined) {
      entry = { value: make(graph) };
      made.set(graph, entry);
    }
    return entry.value;
  };
}
