// Random values of the types of a model, and their smallest ones. What a text or a number may be is looked up by the
// name of the field (words.cjs); what must agree among the fields of one value is put right there (agree.cjs).
//
// A value of a class is written in its long form, `{factory: {argument: …}}`; see written.cjs for the short ones.
const fc = require('fast-check');
const { ownedFields, shortName, spreadStructs, structFields } = require('./space.cjs');

/** How likely an optional field is given, unless there are many: then so that about four are. */
const LIKELY = 0.4;
const ABOUT = 4;

class Shapes {
  #made = new Map();
  #heights = new Map();

  /**
   * @param words Arbitraries of texts, numbers and keys by `Owner.field` or `field`.
   * @param agree Functions by type, `Type` or `Type#factory`, that make the fields of a value agree.
   * @param options `likely`: how likely the fields of a type are given; `places`: arbitraries for whole fields.
   */
  constructor(model, { words, agree, places, likely = {}, lists = {} }) {
    Object.assign(this, { model, words, agree, places, likely, lists });
  }

  /** Values of a named type, at most `level` types deep. */
  type(fqn, level) {
    const key = `${level} ${fqn}`;
    if (!this.#made.has(key)) this.#made.set(key, this.#make(fqn, level));
    return this.#made.get(key);
  }

  /** What a field may hold. */
  field({ owner, name, type }, level) {
    const place = this.places[`${owner}.${name}`] ?? this.places[name];
    if (place) return place;
    return this.#value(type, { owner, name }, level);
  }

  #value(type, at, level) {
    const name = `${at.owner}.${at.name}`;
    if ('primitive' in type) return this.#word(type.primitive, at);
    if ('list' in type) {
      const { max = 3, by, min = 1 } = this.lists[name] ?? this.lists[at.name] ?? {};
      const element = this.#value(type.list, at, level);
      if (by) return fc.uniqueArray(element, { minLength: min, maxLength: max, selector: by });
      return 'primitive' in type.list
        ? fc.uniqueArray(element, { minLength: min, maxLength: max })
        : fc.array(element, { minLength: min, maxLength: max });
    }
    if ('map' in type) {
      const keys = this.words.keys[name] ?? this.words.keys[at.name];
      if (keys === undefined) throw new Error(`no keys are known for ${name}`);
      return fc.dictionary(keys, this.#value(type.map, at, level), { minKeys: 1, maxKeys: 3, noNullPrototype: true });
    }
    const named = this.model.types[type.ref];
    if (named.kind === 'quantity')
      return this.words[named.quantity][name] ?? this.words[named.quantity][at.name] ?? this.words[named.quantity].any;
    return this.type(type.ref, level);
  }

  #word(primitive, at) {
    if (primitive === 'boolean') return fc.boolean();
    const known = this.words[primitive];
    const found = known[`${at.owner}.${at.name}`] ?? known[at.name];
    if (found === undefined) throw new Error(`no ${primitive} is known for ${at.owner}.${at.name}`);
    return found;
  }

  #make(fqn, level) {
    const type = this.model.types[fqn];
    if (type.kind === 'enum') return fc.constantFrom(...Object.keys(type.members));
    if (type.kind === 'struct') return this.#record([shortName(fqn)], structFields(fqn, type), level);
    if (type.kind === 'built') {
      const names = [...spreadStructs(this.model, type.factory), shortName(fqn)];
      return this.#record(names, ownedFields(this.model, fqn, undefined, type.factory), level);
    }
    const heights = Object.entries(type.factories).map(([key, factory]) => [
      key,
      factory,
      this.#factoryHeight(fqn, key, factory),
    ]);
    const least = Math.min(...heights.map(([, , height]) => height));
    const within = heights.filter(
      ([key, , height]) => height <= Math.max(level - 1, least) && this.likely[`${shortName(fqn)}#${key}`] !== 0,
    );
    return fc.oneof(
      ...within.map(([key, factory]) => {
        const names = [...spreadStructs(this.model, factory), `${shortName(fqn)}#${key}`];
        return this.#record(names, ownedFields(this.model, fqn, key, factory), level).map((value) => ({
          [key]: value,
        }));
      }),
    );
  }

  /** @param names Of the type, and before it those of structs that are spread in it. */
  #record(names, fields, level) {
    const optional = fields.filter((one) => one.optional);
    const likely =
      names.map((name) => this.likely[name]).find((one) => one !== undefined) ??
      Math.min(LIKELY, ABOUT / Math.max(optional.length, 1));
    const given = fields.flatMap((one) => {
      if (!one.optional) return [[one.name, this.field(one, level - 1)]];
      const chance = this.likely[`${one.owner}.${one.name}`] ?? likely;
      if (chance === 0 || this.#height(one.type) > level - 1) return [];
      return [[one.name, maybe(this.field(one, level - 1), chance)]];
    });
    const record = fc.record(Object.fromEntries(given)).map(stated);
    const agree = names.map((name) => this.agree[name]).filter((one) => one !== undefined);
    return agree.length > 0 ? record.map((value) => agree.reduce((made, one) => stated(one(made)), value)) : record;
  }

  /** How many types deep the least value of a type is. */
  #height(type) {
    if ('primitive' in type) return 0;
    if ('list' in type) return this.#height(type.list);
    if ('map' in type) return this.#height(type.map);
    if (this.#heights.has(type.ref)) return this.#heights.get(type.ref);
    this.#heights.set(type.ref, Infinity); // while it is looked at
    const found = this.#heightOf(type.ref);
    this.#heights.set(type.ref, found);
    return found;
  }

  #heightOf(fqn) {
    const type = this.model.types[fqn];
    const over = (fields) =>
      1 + Math.max(0, ...fields.filter(({ optional }) => !optional).map((one) => this.#height(one.type)));
    if (type.kind === 'quantity' || type.kind === 'enum') return 0;
    if (type.kind === 'struct') return over(structFields(fqn, type));
    if (type.kind === 'built') return over(ownedFields(this.model, fqn, undefined, type.factory));
    return Math.min(...Object.entries(type.factories).map(([key, factory]) => this.#factoryHeight(fqn, key, factory)));
  }

  #factoryHeight(fqn, key, factory) {
    const fields = ownedFields(this.model, fqn, key, factory).filter(({ optional }) => !optional);
    return 1 + Math.max(0, ...fields.map((one) => this.#height(one.type)));
  }
}

/** A value with some chance; nothing is the smaller. */
function maybe(arbitrary, chance) {
  const weight = Math.round(chance * 100);
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 100 - weight, arbitrary: fc.constant(undefined) },
    { weight, arbitrary },
  );
}

/** Without the fields that are not given. */
const stated = (value) => Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));

module.exports = { Shapes, maybe, stated };
