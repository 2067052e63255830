import type { Range } from '../formats/source';
import {
  analyses,
  argumentsIn,
  destinationRules,
  type Field,
  type Graph,
  memoizeOnGraph,
  metrics,
  type Reference,
  references,
  type Resource,
  rollouts,
  textsIn,
  virtualServices,
} from '../graph';

/** A place at which a name is written. */
export interface Mark {
  readonly field: Field;
  /** The part of the field's string that is the name. Default: all of it. */
  readonly within?: Range;
  /** Whether the name is given here, rather than used. */
  readonly isDefinition: boolean;
}

/** Something that has a name, and all places where the name is written. */
export interface NamedThing {
  readonly what: 'object' | 'argument' | 'route' | 'managed route' | 'subset';
  /** Such as `Service shop/checkout-stable`. */
  readonly title: string;
  readonly name: string;
  readonly marks: Mark[];
}

/** A thing, and one of the places where its name is written. */
export interface Mention {
  readonly thing: NamedThing;
  readonly mark: Mark;
}

/** Everything in a set of manifests whose name is used elsewhere, by the resources that mention it. */
export const mentions = memoizeOnGraph((graph): ReadonlyMap<Resource, readonly Mention[]> => {
  const found = new Map<Resource, Mention[]>();
  for (const thing of [
    ...objects(graph),
    ...httpRoutes(graph),
    ...managedRoutes(graph),
    ...subsets(graph),
    ...argumentNames(graph),
  ]) {
    for (const mark of thing.marks) {
      const { resource } = mark.field;
      const list = found.get(resource);
      if (list) list.push({ thing, mark });
      else found.set(resource, [{ thing, mark }]);
    }
  }
  return found;
});

const definition = (field: Field): Mark => ({ field, isDefinition: true });
const use = (field: Field, within?: Range): Mark => ({ field, within, isDefinition: false });

/** Objects, with their references by name. */
function objects(graph: Graph): NamedThing[] {
  const found = new Map<Resource, NamedThing>();
  for (const resource of graph.resources) {
    if (resource.name === '') continue;
    found.set(resource, {
      what: 'object',
      title: String(resource),
      name: resource.name,
      marks: [definition(resource.field('metadata', 'name'))],
    });
  }
  const hosts = virtualServices(graph).flatMap((service) =>
    service.hosts.flatMap(({ field, host }) => {
      const to = { group: '', kind: 'Service', name: host.service ?? '', namespace: host.namespace };
      const target = host.service === undefined ? undefined : graph.find(to, field.resource);
      return target === undefined ? [] : [{ from: field, to, target }];
    }),
  );
  for (const reference of [...references(graph), ...hosts]) {
    const within = nameIn(reference);
    if (reference.target && within) found.get(reference.target)?.marks.push(use(reference.from, within));
  }
  return [...found.values()];
}

/** Where the name stands in the text of a reference: `name`, `name.namespace.svc`, `namespace/name`. */
function nameIn({ from, to: { name } }: Reference): Range | undefined {
  const text = from.string ?? '';
  if (text === name || text.startsWith(`${name}.`)) return { from: 0, to: name.length };
  return text.endsWith(`/${name}`) ? { from: text.length - name.length, to: text.length } : undefined;
}

/** Routes of VirtualServices, which Rollouts name. */
function httpRoutes(graph: Graph): NamedThing[] {
  const found = new Map<Field, NamedThing>();
  for (const { resource, routes } of virtualServices(graph)) {
    for (const { field, name } of routes) {
      if (name === undefined || name === '') continue;
      const title = `route ${name} of ${resource}`;
      found.set(field, { what: 'route', title, name, marks: [definition(field.get('name'))] });
    }
  }
  for (const { virtualServices: routed } of rollouts(graph)) {
    for (const { field, virtualService } of routed) {
      for (const named of field.get('routes').items()) {
        const route = virtualService?.routes.find(({ name }) => name !== undefined && name === named.string);
        if (route) found.get(route.field)?.marks.push(use(named));
      }
    }
  }
  return [...found.values()];
}

/** Routes that the controller makes, which steps name. */
function managedRoutes(graph: Graph): NamedThing[] {
  return rollouts(graph).flatMap(({ resource, canary, steps }) => {
    const uses = steps.flatMap(({ field }) => [
      field.get('setHeaderRoute', 'name'),
      field.get('setMirrorRoute', 'name'),
    ]);
    return canary
      .get('trafficRouting', 'managedRoutes')
      .items()
      .flatMap((route): NamedThing[] => {
        const name = route.get('name').string;
        if (name === undefined || name === '') return [];
        const marks = uses.filter(({ string }) => string === name).map((field) => use(field));
        const title = `managed route ${name} of ${resource}`;
        return [{ what: 'managed route', title, name, marks: [definition(route.get('name')), ...marks] }];
      });
  });
}

/** Subsets of DestinationRules, which Rollouts and routes name. */
function subsets(graph: Graph): NamedThing[] {
  const found = new Map<Resource, Map<string, NamedThing>>();
  const byService = new Map<Resource, Map<string, NamedThing>>();
  for (const { resource, service, subsets: declared } of destinationRules(graph)) {
    const things = new Map<string, NamedThing>();
    for (const { field, name } of declared) {
      if (name === undefined || name === '') continue;
      const title = `subset ${name} of ${resource}`;
      things.set(name, { what: 'subset', title, name, marks: [definition(field.get('name'))] });
    }
    found.set(resource, things);
    if (service?.target) byService.set(service.target, things);
  }
  const mention = (things: Map<string, NamedThing> | undefined, field: Field): void => {
    const thing = field.string === undefined ? undefined : things?.get(field.string);
    thing?.marks.push(use(field));
  };
  for (const { istio, destinationRule } of rollouts(graph)) {
    const things = destinationRule?.target && found.get(destinationRule.target);
    for (const key of ['canarySubsetName', 'stableSubsetName']) mention(things, istio.get('destinationRule', key));
  }
  for (const { routes } of virtualServices(graph)) {
    for (const { field, service } of routes.flatMap(({ destinations }) => destinations)) {
      mention(service?.target && byService.get(service.target), field.get('destination', 'subset'));
    }
  }
  return [...found.values()].flatMap((things) => [...things.values()]);
}

/**
 * Arguments of analyses. Templates that run in one analysis share an argument by its name, so all of them are one thing.
 */
function argumentNames(graph: Graph): NamedThing[] {
  const found = new Map<string, NamedThing>();
  const ids = new Map(graph.resources.map((resource, index) => [resource, index]));
  const merged = new Map<string, string>();
  const rootOf = (key: string): string => {
    let at = key;
    for (let above = merged.get(at); above !== undefined; above = merged.get(at)) at = above;
    return at;
  };
  const keyOf = (template: Resource, name: string): string => `${ids.get(template)} ${name}`;
  const uses = analyses(graph);
  for (const { args } of uses) {
    for (const { name, declared } of args) {
      const [first, ...others] = declared.map(({ resource }) => rootOf(keyOf(resource, name)));
      for (const other of others) if (rootOf(other) !== rootOf(first)) merged.set(rootOf(other), rootOf(first));
    }
  }
  const add = (template: Resource, name: string, mark: Mark): void => {
    const key = rootOf(keyOf(template, name));
    const thing = found.get(key) ?? { what: 'argument', title: `argument ${name} of ${template}`, name, marks: [] };
    found.set(key, thing);
    thing.marks.push(mark);
  };
  const templates = new Set(metrics(graph).map(({ resource }) => resource));
  for (const template of templates) {
    const names = new Set<string>();
    for (const argument of template.field('spec', 'args').items()) {
      const name = argument.get('name');
      if (name.string === undefined || name.string === '') continue;
      names.add(name.string);
      add(template, name.string, definition(name));
    }
    for (const text of textsIn(template.field('spec', 'metrics'))) {
      for (const { name, from, to } of argumentsIn(text.string!)) {
        if (!names.has(name)) continue;
        const at = text.string!.slice(from, to).indexOf(name, '{{args.'.length - 1) + from;
        add(template, name, use(text, { from: at, to: at + name.length }));
      }
    }
  }
  for (const { args } of uses) {
    for (const { name, declared, given } of args) {
      if (given && declared.length > 0) add(declared[0].resource, name, use(given.get('name')));
    }
  }
  return [...found.values()];
}
