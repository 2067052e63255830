import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../formats/package-root';

/** What a value in a spec may be. */
export type TypeRef =
  { readonly primitive: Primitive } | { readonly list: TypeRef } | { readonly map: TypeRef } | { readonly ref: string };

export type Primitive = 'string' | 'number' | 'boolean' | 'json';

/** A named value: a property of a struct, or a parameter of a factory. */
export interface Field {
  readonly type: TypeRef;
  readonly optional: boolean;
  readonly docs: string;
  readonly default?: string;
  /** What a number is a share of: 1 (`share`), or 100 (`percent`). Then it may be written as `99.9%`. */
  readonly unit?: 'share' | 'percent';
}

export interface Fields {
  readonly [name: string]: Field;
}

/** An interface of options: an object with these names. */
export interface StructType {
  readonly kind: 'struct';
  readonly docs: string;
  readonly fields: Fields;
}

/** An enumeration: one of these words. `members` leads from the word to the member's name in code. */
export interface EnumType {
  readonly kind: 'enum';
  readonly docs: string;
  readonly module: string;
  readonly name: string;
  readonly members: { readonly [word: string]: { readonly member: string; readonly docs: string } };
}

/** A quantity that is written with its unit: see quantities.ts. */
export interface QuantityType {
  readonly kind: 'quantity';
  readonly quantity: 'duration' | 'size' | 'cpu';
}

/** A class whose values are made by one of several factories: an object with one key, or a word. */
export interface ChoiceType {
  readonly kind: 'choice';
  readonly docs: string;
  readonly factories: { readonly [key: string]: Factory };
  /** The factory that a plain value, which is no factory's word, is passed to. */
  readonly plain?: string;
}

/** A class that is made with `new`: an object with the parameters' names. */
export interface BuiltType {
  readonly kind: 'built';
  readonly docs: string;
  readonly factory: Factory;
}

export type SpecType = StructType | EnumType | QuantityType | ChoiceType | BuiltType;

/** How a value is made in code, and what it is made of. */
export interface Factory {
  readonly module: string;
  readonly class: string;
  /** A static method, a static property, or the constructor. */
  readonly by: 'method' | 'property' | 'new';
  readonly member: string;
  /** Whether a construct's scope and id come first, which the loader supplies. */
  readonly scoped: boolean;
  readonly params: readonly Param[];
  readonly docs: string;
  /** Whether the first parameter's value may stand for the whole object. */
  readonly direct: boolean;
}

export interface Param extends Field {
  readonly name: string;
  readonly variadic: boolean;
  /** A struct whose properties are written next to the other parameters. */
  readonly spread: boolean;
}

/** An option of the constructs that a spec cannot state. */
export interface Omission {
  readonly what: string;
  readonly reason: string;
}

/** The constructs' API, as far as a spec can state it: derived from the jsii assemblies when the library is built. */
export interface SpecModel {
  readonly version: string;
  readonly root: string;
  readonly types: { readonly [fqn: string]: SpecType };
  readonly omissions: readonly Omission[];
}

let loaded: SpecModel | undefined;

/** The model that was built with this library. */
export function specModel(): SpecModel {
  loaded ??= JSON.parse(readFileSync(join(packageRoot(), 'lib/spec/model.json'), 'utf8')) as SpecModel;
  return loaded;
}

/** The fields that a factory's object may have: its parameters, with a struct's own in place of the struct. */
export function factoryFields(model: SpecModel, factory: Factory): Fields {
  const fields: [string, Field][] = [];
  for (const param of factory.params) {
    const struct = param.spread ? structOf(model, param.type) : undefined;
    if (struct === undefined) fields.push([param.name, asField(param)]);
    else {
      for (const [name, field] of Object.entries(struct.fields)) {
        fields.push([name, { ...field, optional: field.optional || param.optional }]);
      }
    }
  }
  return Object.fromEntries(fields);
}

/** Whether a factory can be named by its word alone. */
export function isWord(model: SpecModel, factory: Factory): boolean {
  return Object.values(factoryFields(model, factory)).every((field) => field.optional);
}

export function structOf(model: SpecModel, type: TypeRef): StructType | undefined {
  const named = 'ref' in type ? model.types[type.ref] : undefined;
  return named?.kind === 'struct' ? named : undefined;
}

function asField(param: Param): Field {
  const type = param.variadic ? { list: param.type } : param.type;
  return { type, optional: param.optional, docs: param.docs, default: param.default, unit: param.unit };
}
