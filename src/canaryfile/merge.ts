import { Entry, ListNode, MapNode, SpecNode } from './node';
import { Field, Fields, SpecModel, TypeRef, factoryFields } from './model';

/**
 * One spec laid over another.
 *
 * - Objects are merged name by name; what `over` says wins; `null` takes a value back.
 * - A value class (`{setWeight: 50}`) made by the same factory is merged as an object; by another, it is replaced.
 * - Lists are replaced, except lists of things that have a `name` (containers, routes, arguments): those are merged
 *   by name, new ones coming last.
 * - `$patch: replace` in an object, or as the first item of a list, replaces the whole; `$patch: delete` removes it.
 *   These are the words of Kubernetes' strategic merge.
 */
export function mergeSpecs(model: SpecModel, base: MapNode | undefined, over: MapNode): MapNode {
  const fields: Fields = {
    spec: { type: { ref: model.root }, optional: true, docs: '' },
  };
  return new Merge(model).maps(base, over, (name) => fields[name]?.type);
}

type TypeOf = (name: string) => TypeRef | undefined;

class Merge {
  constructor(private readonly model: SpecModel) {}

  public maps(base: MapNode | undefined, over: MapNode, typeOf: TypeOf): MapNode {
    const directive = patchOf(over);
    const entries = new Map<string, Entry>(directive === 'replace' ? [] : base?.entries);
    for (const [name, { key, value }] of over.entries) {
      if (name === '$patch' && directive !== undefined) continue;
      const merged =
        isNull(value) || patchOf(value) === 'delete'
          ? undefined
          : this.node(entries.get(name)?.value, value, typeOf(name));
      if (merged === undefined) entries.delete(name);
      else entries.set(name, { key, value: merged });
    }
    return { kind: 'map', entries, at: over.at };
  }

  private node(base: SpecNode | undefined, over: SpecNode, type: TypeRef | undefined): SpecNode {
    if (over.kind === 'scalar') return over;
    // In a value of any shape, which nothing lies below, `null` and `$patch` are part of the value: a patch has them.
    if (type && 'primitive' in type && base === undefined) return over;
    if (over.kind === 'list') {
      const element = type && 'list' in type ? type.list : undefined;
      return this.lists(base?.kind === 'list' ? base : undefined, over, element);
    }
    const below = base?.kind === 'map' ? base : undefined;
    if (type && 'map' in type) return this.maps(below, over, () => type.map);
    const named = type && 'ref' in type ? this.model.types[type.ref] : undefined;
    switch (named?.kind) {
      case 'struct':
        return this.maps(below, over, typeIn(named.fields));
      case 'built':
        return this.maps(below, over, typeIn(factoryFields(this.model, named.factory)));
      case 'choice':
        return this.choices(below, over, (key) =>
          Object.hasOwn(named.factories, key) ? factoryFields(this.model, named.factories[key]) : {},
        );
      default:
        return this.maps(below, over, () => undefined);
    }
  }

  /** Of several factories, which the loader refuses, none is left out. */
  private choices(base: MapNode | undefined, over: MapNode, fieldsOf: (key: string) => Fields): MapNode {
    const directive = patchOf(over);
    const stated = [...over.entries].filter(([name]) => name !== '$patch' || directive === undefined);
    if (stated.length === 0) return over;
    const below = directive === 'replace' ? undefined : base;
    const entries = new Map<string, Entry>(below !== undefined && below.entries.size > 1 ? below.entries : []);
    for (const [key, { key: at, value }] of stated) {
      entries.set(key, { key: at, value: this.args(below?.entries.get(key)?.value, value, fieldsOf(key)) });
    }
    return { kind: 'map', entries, at: over.at };
  }

  /** What a factory is given. */
  private args(base: SpecNode | undefined, over: SpecNode, fields: Fields): SpecNode {
    if (over.kind !== 'map' || !isArguments(over, fields)) return over;
    return this.maps(base?.kind === 'map' && isArguments(base, fields) ? base : undefined, over, typeIn(fields));
  }

  private lists(base: ListNode | undefined, over: ListNode, element: TypeRef | undefined): ListNode {
    const replaces =
      over.items.length > 0 && patchOf(over.items[0]) === 'replace' && (over.items[0] as MapNode).entries.size === 1;
    // Several steps may concern one route, so that only items that always have a name are merged by name.
    const isNamed = element !== undefined && this.isNamed(element);
    const nameOf = (node: SpecNode) => (isNamed ? this.nameOf(node, element) : undefined);
    const items = replaces || !isNamed ? [] : [...(base?.items ?? [])];
    const inherited = new Set(items);
    for (const item of replaces ? over.items.slice(1) : over.items) {
      const name = nameOf(item);
      const at = name === undefined ? -1 : items.findIndex((other) => inherited.has(other) && nameOf(other) === name);
      if (patchOf(item) === 'delete') {
        if (at >= 0) items.splice(at, 1);
      } else if (at >= 0) items[at] = this.node(items[at], item, element);
      else items.push(this.node(undefined, item, element));
    }
    return { kind: 'list', items, at: over.at };
  }

  /** Whether every value of a type has a name by which it can be found again. */
  private isNamed(type: TypeRef): boolean {
    return this.fieldsOf(type).length > 0 && this.fieldsOf(type).every((fields) => Object.hasOwn(fields, 'name'));
  }

  private nameOf(node: SpecNode, type: TypeRef): string | undefined {
    if (node.kind !== 'map' || !('ref' in type)) return undefined;
    const named = this.model.types[type.ref];
    const [args] =
      named.kind === 'choice'
        ? [...node.entries].flatMap(([name, { value: one }]) => (name === '$patch' ? [] : [one]))
        : [node];
    const value = args?.kind === 'map' ? args.entries.get('name')?.value : args;
    return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
  }

  private fieldsOf(type: TypeRef): Fields[] {
    const named = 'ref' in type ? this.model.types[type.ref] : undefined;
    if (named?.kind === 'struct') return [named.fields];
    if (named?.kind === 'built') return [factoryFields(this.model, named.factory)];
    if (named?.kind === 'choice') return Object.values(named.factories).map((one) => factoryFields(this.model, one));
    return [];
  }
}

function typeIn(fields: { readonly [name: string]: Field }): TypeOf {
  return (name) => (Object.hasOwn(fields, name) ? fields[name].type : undefined);
}

/** Whether an object holds a factory's arguments, and is not the value of the first one. */
function isArguments(node: MapNode, fields: Fields): boolean {
  return [...node.entries.keys()].every((name) => name === '$patch' || Object.hasOwn(fields, name));
}

function patchOf(node: SpecNode): 'replace' | 'delete' | undefined {
  const value = node.kind === 'map' ? node.entries.get('$patch')?.value : undefined;
  const word = value?.kind === 'scalar' ? value.value : undefined;
  return word === 'replace' || word === 'delete' ? word : undefined;
}

function isNull(node: SpecNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
