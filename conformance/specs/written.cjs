// The long form of a value written as people do, and which options it has.
const { ownedFields, shortName, spreadStructs, structFields } = require('./space.cjs');

/**
 * Goes through a value beside its type, and gives it back as `visit` wants it: told each option by its name
 * (`Type.field`, `Type#factory`, `Type: word`), the fields of each value by its type, which it may change, and each value
 * of a class, which it may write shorter.
 */
class Walk {
  constructor(model, { option = () => undefined, change = (name, value) => value, shorter = (value) => value } = {}) {
    Object.assign(this, { model, option, change, shorter });
  }

  value(type, value) {
    if ('primitive' in type) return value;
    if ('list' in type) return value.map((one) => this.value(type.list, one));
    if ('map' in type) return mapped(value, (one) => this.value(type.map, one));
    const fqn = type.ref;
    const named = this.model.types[fqn];
    switch (named.kind) {
      case 'quantity':
        return value;
      case 'enum':
        this.option(`${shortName(fqn)}: ${value}`);
        return value;
      case 'struct':
        return this.change(shortName(fqn), this.#fields(structFields(fqn, named), value));
      case 'built':
        return this.#changed(
          named.factory,
          shortName(fqn),
          this.#fields(ownedFields(this.model, fqn, undefined, named.factory), value),
        );
      case 'choice': {
        const [[key, args]] = Object.entries(value);
        this.option(`${shortName(fqn)}#${key}`);
        const factory = named.factories[key];
        const fields = this.#fields(ownedFields(this.model, fqn, key, factory), args);
        const written = this.#changed(factory, `${shortName(fqn)}#${key}`, fields);
        return this.shorter({ [key]: written }, named, factory);
      }
    }
  }

  #changed(factory, name, value) {
    const names = [...spreadStructs(this.model, factory), name];
    return names.reduce((made, one) => this.change(one, made), value);
  }

  #fields(fields, value) {
    const byName = new Map(fields.map((field) => [field.name, field]));
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => {
        const field = byName.get(name);
        if (field === undefined) throw new Error(`no field ${name} among ${[...byName.keys()].join(', ')}`);
        this.option(`${field.owner}.${name}`);
        return [name, this.value(field.type, one)];
      }),
    );
  }
}

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/** `setWeight: 50` for `setWeight: {weight: 50}`, `analysis` for `analysis: {}`, `checkout` for `name: {name: checkout}`. */
function shorter(value, type, factory) {
  const [[key, args]] = Object.entries(value);
  const names = Object.keys(args);
  if (names.length === 0) return key;
  const [first] = factory.params;
  if (!factory.direct || names.length > 1 || names[0] !== first.name) return value;
  const short = args[first.name];
  if (type.plain === key && typeof short === 'string' && !Object.hasOwn(type.factories, short)) return short;
  // An object could be taken for the arguments.
  return typeof short === 'object' && !Array.isArray(short) ? value : { [key]: short };
}

/** A value whose parts are changed, the innermost first: by `change(name, fields)`. */
const rewritten = (model, type, value, change) => new Walk(model, { change }).value(type, value);

/** A value in the forms that people write. */
const inShort = (model, type, value) => new Walk(model, { shorter }).value(type, value);

/** The options that a value has, each as often as it has it. */
function optionsOf(model, type, value) {
  const found = [];
  new Walk(model, { option: (name) => found.push(name) }).value(type, value);
  return found;
}

/** Every option of the types that can be reached from one. */
function allOptions(model, root) {
  const found = new Set();
  const seen = new Set();
  const visit = (type) => {
    if ('primitive' in type) return;
    if ('list' in type || 'map' in type) return visit(type.list ?? type.map);
    const fqn = type.ref;
    if (seen.has(fqn)) return;
    seen.add(fqn);
    const named = model.types[fqn];
    const fields = (all) => {
      for (const { owner, name, type: of } of all) {
        found.add(`${owner}.${name}`);
        visit(of);
      }
    };
    if (named.kind === 'enum') for (const word of Object.keys(named.members)) found.add(`${shortName(fqn)}: ${word}`);
    if (named.kind === 'struct') fields(structFields(fqn, named));
    if (named.kind === 'built') fields(ownedFields(model, fqn, undefined, named.factory));
    if (named.kind === 'choice') {
      for (const [key, factory] of Object.entries(named.factories)) {
        found.add(`${shortName(fqn)}#${key}`);
        fields(ownedFields(model, fqn, key, factory));
      }
    }
  };
  visit({ ref: root });
  return [...found].sort();
}

module.exports = { allOptions, inShort, optionsOf, rewritten };
