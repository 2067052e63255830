import { unitOf } from './units';
import { Assembly, JsiiDocs, JsiiParameter, JsiiRef, JsiiType, TypeSystem } from './assembly';
import {
  ChoiceType,
  Factory,
  Field,
  Omission,
  Param,
  SpecModel,
  SpecType,
  TypeRef,
  factoryFields,
  isWord,
} from './model';

const QUANTITIES: { readonly [fqn: string]: 'duration' | 'size' | 'cpu' } = {
  'cdk8s.Duration': 'duration',
  'cdk8s.Size': 'size',
};
const CPU = /^cdk8s-plus-\d+\.Cpu$/;
const CONSTRUCT = 'constructs.Construct';

/**
 * The spec language of a set of constructs: what can be stated about `root`, an interface of options, without code.
 *
 * @param assemblies The constructs' assembly first, then those of what it depends on.
 */
export function extractModel(assemblies: readonly Assembly[], root: string): SpecModel {
  const extraction = new Extraction(assemblies);
  const reached = extraction.type(root);
  if (reached === undefined) throw new Error(`no spec can state ${root}: ${JSON.stringify(extraction.omissions)}`);
  const draft: SpecModel = {
    version: assemblies[0].version,
    root,
    types: extraction.types,
    omissions: extraction.omissions.sort((a, b) => (a.what < b.what ? -1 : 1)),
  };
  return { ...draft, types: withShortForms(draft) };
}

class Extraction {
  public readonly types: { [fqn: string]: SpecType } = {};
  public readonly omissions: Omission[] = [];
  private readonly system: TypeSystem;
  private readonly own: string;
  /** Types that are being read already: assumed to be expressible, since only their other members can decide it. */
  private readonly open = new Set<string>();
  private readonly hopeless = new Set<string>();

  constructor(assemblies: readonly Assembly[]) {
    this.system = new TypeSystem(assemblies);
    this.own = assemblies[0].name;
  }

  /** Reads a type and all that it leads to. Undefined where a spec cannot state a value of it. */
  public type(fqn: string): string | undefined {
    if (this.types[fqn] !== undefined || this.open.has(fqn)) return fqn;
    if (this.hopeless.has(fqn)) return undefined;
    this.open.add(fqn);
    const read = this.read(fqn);
    this.open.delete(fqn);
    if (read === undefined) {
      this.hopeless.add(fqn);
      return undefined;
    }
    this.types[fqn] = read;
    return fqn;
  }

  private read(fqn: string): SpecType | undefined {
    if (QUANTITIES[fqn]) return { kind: 'quantity', quantity: QUANTITIES[fqn] };
    if (CPU.test(fqn)) return { kind: 'quantity', quantity: 'cpu' };
    const type = this.system.get(fqn);
    if (type === undefined) return undefined;
    if (type.kind === 'enum') return readEnum(type);
    if (type.kind === 'interface' && type.datatype) return this.struct(type);
    return this.choice(type);
  }

  private struct(type: JsiiType): SpecType | undefined {
    const fields: [string, Field][] = [];
    for (const property of this.system.structProperties(type.fqn)) {
      if (property.docs?.deprecated !== undefined && property.optional) {
        this.omit(`${type.fqn}.${property.name}`, 'deprecated');
        continue;
      }
      const ref = this.ref(property.type);
      if (ref !== undefined) {
        fields.push([property.name, field(ref, property.optional, property.docs, `${type.name}.${property.name}`)]);
      } else {
        this.omit(`${type.fqn}.${property.name}`, `no spec can state a ${nameOf(property.type)}`);
        if (!property.optional) return undefined;
      }
    }
    return { kind: 'struct', docs: text(type.docs), fields: sorted(fields) };
  }

  /** A value of a class or of a behavioural interface: by the factories of every class that can stand for it. */
  private choice(type: JsiiType): SpecType | undefined {
    const found = this.system.classesFor(type.fqn).flatMap((candidate) => this.factoriesOf(candidate, type.fqn));
    const factories: { [key: string]: Factory } = {};
    for (const factory of found) {
      const key = wordOf(factory.member);
      const taken = Object.hasOwn(factories, key);
      factories[taken ? lowerFirst(factory.class) + upperFirst(key) : key] = factory;
    }
    if (found.length > 0) return { kind: 'choice', docs: text(type.docs), factories };
    const built = type.kind === 'class' && !type.abstract ? this.construction(type, type.name) : undefined;
    return built && !built.scoped ? { kind: 'built', docs: text(type.docs), factory: built } : undefined;
  }

  private factoriesOf(type: JsiiType, wanted: string): Factory[] {
    const fits = (ref: JsiiRef | undefined) => ref?.fqn !== undefined && this.system.isA(ref.fqn, wanted);
    const made = (type.methods ?? [])
      .filter((method) => method.static && fits(method.returns?.type) && method.docs?.deprecated === undefined)
      .map((method) => this.factory(type, 'method', method.name, method.parameters, method.docs));
    const constants = (type.properties ?? [])
      .filter((property) => property.static && fits(property.type))
      .map((property) => this.factory(type, 'property', property.name, [], property.docs));
    // A construct of this library can be made where it is used; those of others are named.
    const own = type.assembly === this.own && !type.abstract && this.system.isA(type.fqn, CONSTRUCT);
    const construction = own ? [this.construction(type, lowerFirst(type.name))] : [];
    return [...made, ...constants, ...construction].filter((factory) => factory !== undefined);
  }

  private construction(type: JsiiType, member: string): Factory | undefined {
    if (type.initializer === undefined) return undefined;
    return this.factory(type, 'new', member, type.initializer.parameters, type.docs);
  }

  private factory(
    type: JsiiType,
    by: Factory['by'],
    member: string,
    parameters: readonly JsiiParameter[] = [],
    docs: JsiiDocs = {},
  ): Factory | undefined {
    const scoped = parameters[0]?.type.fqn === CONSTRUCT && parameters[1]?.name === 'id';
    const params: Param[] = [];
    for (const parameter of scoped ? parameters.slice(2) : parameters) {
      const ref = this.ref(parameter.type);
      if (ref === undefined) {
        this.omit(`${type.fqn}.${member}`, `no spec can state a ${nameOf(parameter.type)}`);
        return undefined;
      }
      params.push({
        ...field(
          ref,
          parameter.optional ?? parameter.variadic,
          parameter.docs,
          `${type.name}.${member}.${parameter.name}`,
        ),
        name: parameter.name,
        variadic: parameter.variadic ?? false,
        spread: this.spreads(parameter, parameters),
      });
    }
    return { module: type.assembly, class: type.name, by, member, scoped, params, docs: text(docs), direct: false };
  }

  /** The properties of a struct are written next to the other parameters, unless a name would be ambiguous. */
  private spreads(parameter: JsiiParameter, all: readonly JsiiParameter[]): boolean {
    const type = parameter.type.fqn ? this.system.get(parameter.type.fqn) : undefined;
    if (!type?.datatype || parameter.variadic) return false;
    const others = new Set(all.filter((one) => one !== parameter).map((one) => one.name));
    return !this.system.structProperties(type.fqn).some((property) => others.has(property.name));
  }

  private ref(type: JsiiRef): TypeRef | undefined {
    if (type.primitive !== undefined) return primitive(type.primitive);
    if (type.collection !== undefined) {
      const element = this.ref(type.collection.elementtype);
      if (element === undefined) return undefined;
      return type.collection.kind === 'array' ? { list: element } : { map: element };
    }
    const ref = type.fqn === undefined ? undefined : this.type(type.fqn);
    return ref === undefined ? undefined : { ref };
  }

  private omit(what: string, reason: string): void {
    if (!this.omissions.some((one) => one.what === what)) this.omissions.push({ what, reason });
  }
}

/** The factories whose first parameter may replace the whole object, and the one that a plain value is passed to. */
function withShortForms(model: SpecModel): SpecModel['types'] {
  const typeOf = (ref: TypeRef) => ('ref' in ref ? model.types[ref.ref] : undefined);
  const direct = (factory: Factory): boolean => {
    const fields = Object.entries(factoryFields(model, factory));
    const first = factory.params[0];
    if (first === undefined || first.spread || fields.some(([name, one]) => name !== first.name && !one.optional)) {
      return false;
    }
    const isQuantity = 'ref' in first.type && typeOf(first.type)?.kind === 'quantity';
    if (first.optional && !first.variadic && !isQuantity) return false;
    if (first.variadic || 'list' in first.type || 'primitive' in first.type) return true;
    const type = typeOf(first.type);
    if (type?.kind === 'enum' || type?.kind === 'quantity') return true;
    return type?.kind === 'choice' && fields.every(([name]) => !Object.hasOwn(type.factories, name));
  };
  const finish = (fqn: string, type: SpecType): SpecType => {
    if (type.kind === 'built') return { ...type, factory: { ...type.factory, direct: false } };
    if (type.kind !== 'choice') return type;
    const factories = Object.fromEntries(
      Object.entries(type.factories).map(([key, factory]) => [key, { ...factory, direct: direct(factory) }]),
    );
    return { ...type, factories, plain: plainFactory(model, fqn, { ...type, factories }) };
  };
  const names = Object.keys(model.types).sort();
  return Object.fromEntries(names.map((fqn) => [fqn, finish(fqn, model.types[fqn])]));
}

/**
 * A plain value is passed to the factory `value` or `name`, or for types that are referenced by name (an interface, or
 * a class with one factory), to the only one that requires just a string. In other types, a typo would have a meaning.
 */
function plainFactory(model: SpecModel, fqn: string, { factories }: ChoiceType): string | undefined {
  const takesString = ([, { direct, params }]: [string, Factory]) =>
    direct && !params[0].variadic && 'primitive' in params[0].type && params[0].type.primitive === 'string';
  const candidates = Object.entries(factories).filter(takesString);
  const named = candidates.find(([key]) => key === 'value' || key === 'name');
  if (named) return named[0];
  const others = Object.values(factories).filter((one) => one.by !== 'new' && !isWord(model, one));
  const isReference = /\.I[A-Z][a-z]/.test(fqn) || Object.keys(factories).length === 1;
  return isReference && candidates.length === 1 && others.length === 1 ? candidates[0][0] : undefined;
}

function readEnum(type: JsiiType): SpecType {
  const members = (type.members ?? []).map(({ name, docs }) => [wordOf(name), { member: name, docs: text(docs) }]) as [
    string,
    { member: string; docs: string },
  ][];
  return {
    kind: 'enum',
    docs: text(type.docs),
    module: type.assembly,
    name: type.name,
    members: Object.fromEntries(members),
  };
}

/** How a spec writes a member: `POD_TEMPLATE_HASH` as `podTemplateHash`, `fromHttpGet` as `httpGet`. */
function wordOf(member: string): string {
  if (/^[A-Z0-9_]+$/.test(member)) {
    return member
      .toLowerCase()
      .split('_')
      .filter((part) => part !== '')
      .map((part, i) => (i === 0 ? part : upperFirst(part)))
      .join('');
  }
  return /^from[A-Z]/.test(member) ? lowerFirst(member.slice('from'.length)) : member;
}

function field(type: TypeRef, optional: boolean | undefined, docs: JsiiDocs | undefined, place: string): Field {
  const unit = unitOf(place);
  const known = { type, optional: optional ?? false, docs: text(docs), default: docs?.default };
  return unit === undefined ? known : { ...known, unit };
}

function primitive(name: string): TypeRef | undefined {
  if (name === 'string' || name === 'number' || name === 'boolean') return { primitive: name };
  return name === 'any' || name === 'json' ? { primitive: 'json' } : undefined;
}

function nameOf(type: JsiiRef): string {
  if (type.collection) return `${type.collection.kind} of ${nameOf(type.collection.elementtype)}`;
  return type.fqn ?? type.primitive ?? 'union';
}

function text(docs: JsiiDocs | undefined): string {
  return [docs?.summary, docs?.remarks].filter((part) => part !== undefined && part !== '').join('\n\n');
}

function sorted<T>(entries: [string, T][]): { [key: string]: T } {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const lowerFirst = (word: string) => word.charAt(0).toLowerCase() + word.slice(1);
const upperFirst = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
