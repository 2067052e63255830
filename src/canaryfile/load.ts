import type { Construct } from 'constructs';
import { describe } from './document';
import { Entry, MapNode, ScalarNode, SpecNode, join, plain } from './node';
import {
  ChoiceType,
  EnumType,
  Factory,
  Field,
  Fields,
  QuantityType,
  SpecModel,
  TypeRef,
  factoryFields,
  isWord,
} from './model';
import { Problem, isRefusal, shorten, suggestion } from './problem';
import { readCpu, readDuration, readSize } from './quantities';
import { amountKey, readPercentage } from './units';
import type { FileRange } from '../formats/source';

/** The modules whose classes a spec's values are made of, by their jsii names. */
export interface Modules {
  readonly [assembly: string]: { readonly [name: string]: unknown };
}

/** The value of everything that the loader could not read. The reason is among the problems. */
const NOTHING = Symbol('nothing');
type Value = unknown;

const EXAMPLES = { duration: '5m, 1h30m or 30s', size: '32Mi or 1Gi', cpu: '5m or 0.5' };

const UNITS = {
  size: 'give a whole number of Ki, Mi, Gi, Ti or Pi, such as 256Mi',
  cpu: 'give cores or thousandths of one, such as 0.5 or 500m',
};

/** Whether a text is a quantity of Kubernetes, with a unit that a size or a CPU of cdk8s does not have. */
function isOtherQuantity(quantity: QuantityType['quantity'], text: string): quantity is 'size' | 'cpu' {
  return quantity !== 'duration' && /^\d+(?:\.\d*)?(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.test(text);
}

/**
 * The options that a spec states, as the constructs take them. Whatever is wrong is added to `problems`; the result is
 * of use only when nothing was.
 *
 * @param scope Where constructs are made that a value needs, such as volumes.
 */
export function loadProps(
  model: SpecModel,
  modules: Modules,
  scope: Construct,
  node: SpecNode,
  problems: Problem[],
): Value {
  const value = new Loader(model, modules, scope, problems).value({ ref: model.root }, node, 'spec');
  return value === NOTHING ? undefined : value;
}

class Loader {
  /** A construct that is described twice in the same words is one construct: two mounts of one volume. */
  private readonly made = new Map<string, Value>();

  constructor(
    private readonly model: SpecModel,
    private readonly modules: Modules,
    private readonly scope: Construct,
    private readonly problems: Problem[],
  ) {}

  public value(type: TypeRef, node: SpecNode, path: string, unit?: Field['unit']): Value {
    if ('primitive' in type) return this.primitive(type.primitive, node, path, unit);
    if ('list' in type) return this.list(type.list, node, path);
    if ('map' in type) return this.map(type.map, node, path);
    const named = this.model.types[type.ref];
    switch (named.kind) {
      case 'struct':
        return this.struct(named.fields, node, path);
      case 'enum':
        return this.member(named, node, path);
      case 'quantity':
        return this.quantity(named, node, path);
      case 'built': {
        const fields = this.struct(factoryFields(this.model, named.factory), node, path);
        return fields === NOTHING ? NOTHING : this.make(named.factory, fields as Values, node, path);
      }
      case 'choice':
        return this.choice(named, node, path);
    }
  }

  private primitive(
    kind: 'string' | 'number' | 'boolean' | 'json',
    node: SpecNode,
    path: string,
    unit?: Field['unit'],
  ): Value {
    if (kind === 'json') return plain(node);
    if (unit !== undefined && node.kind === 'scalar' && typeof node.value === 'string') {
      const read = readPercentage(node.value, unit);
      if (read !== undefined) return read;
    }
    if (node.kind === 'scalar' && typeof node.value === kind) {
      if (kind !== 'number' || Number.isFinite(node.value)) return node.value;
    }
    const unquoted = kind === 'string' && node.kind === 'scalar' && node.value !== null;
    // As it is written: the number 1.10 is 1.1, and a release is not.
    const hint = unquoted ? `quote it: '${writtenAs(node)}'` : `give a ${kind}`;
    return this.wrong(node.at, path, `is ${describe(node)}; ${hint}`);
  }

  private list(element: TypeRef, node: SpecNode, path: string): Value {
    if (node.kind !== 'list') return this.wrong(node.at, path, `is ${describe(node)}; give a list`);
    const items = node.items.map((item, i) => this.value(element, item, `${path}[${i}]`));
    return items.includes(NOTHING) ? NOTHING : items;
  }

  private map(element: TypeRef, node: SpecNode, path: string): Value {
    if (node.kind !== 'map') return this.wrong(node.at, path, `is ${describe(node)}; give an object`);
    const entries = [...node.entries].map(([name, { value }]) => [name, this.value(element, value, join(path, name))]);
    return entries.some(([, value]) => value === NOTHING) ? NOTHING : Object.fromEntries(entries);
  }

  private struct(fields: Fields, node: SpecNode, path: string): Value {
    if (node.kind !== 'map') {
      const names = Object.keys(fields).slice(0, 6).join(', ');
      return this.wrong(
        node.at,
        path,
        `is ${describe(node)}; give an object${names ? `, with such names as ${names}` : ''}`,
      );
    }
    const before = this.problems.length;
    const entries: [string, Value][] = [];
    for (const [name, { key, value }] of node.entries) {
      if (Object.hasOwn(fields, name))
        entries.push([name, this.value(fields[name].type, value, join(path, name), fields[name].unit)]);
      else
        this.wrong(
          key,
          join(path, name),
          `there is no '${shorten(name)}' here${suggestion(name, Object.keys(fields))}`,
        );
    }
    for (const [name, field] of Object.entries(fields)) {
      if (field.optional || node.entries.has(name)) continue;
      this.wrong(node.at, path, `'${name}' is missing${field.docs ? `: ${firstSentence(field.docs)}` : ''}`);
    }
    return this.problems.length > before ? NOTHING : Object.fromEntries(entries);
  }

  private member(type: EnumType, node: SpecNode, path: string): Value {
    const word = node.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
    if (word !== undefined && Object.hasOwn(type.members, word)) {
      return (this.export(type.module, type.name) as { [member: string]: Value })[type.members[word].member];
    }
    return this.wrong(node.at, path, `is ${describe(node)}${suggestion(word ?? '', Object.keys(type.members))}`);
  }

  private quantity({ quantity }: QuantityType, node: SpecNode, path: string): Value {
    const isWritten = node.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'number');
    const text = isWritten ? String(node.value) : '';
    const read = {
      duration: () => readDuration(this.export('cdk8s', 'Duration') as never, text),
      size: () => readSize(this.export('cdk8s', 'Size') as never, text),
      cpu: () => readCpu(this.export('cdk8s-plus-27', 'Cpu') as never, text),
    }[quantity]();
    if (read !== undefined) return read;
    const what = isOtherQuantity(quantity, text)
      ? `a quantity of Kubernetes that is not supported here; ${UNITS[quantity]}`
      : `no ${quantity}; write ${EXAMPLES[quantity]}`;
    return this.wrong(node.at, path, `is ${describe(node)}, which is ${what}`);
  }

  private choice(type: ChoiceType, node: SpecNode, path: string): Value {
    const keys = Object.keys(type.factories);
    const amount = node.kind === 'scalar' ? amountKey(type, node.value) : undefined;
    if (amount !== undefined) return this.call(type.factories[amount], node, join(path, amount));
    if (node.kind === 'scalar' && typeof node.value === 'string') {
      const word = Object.hasOwn(type.factories, node.value) ? type.factories[node.value] : undefined;
      if (word && isWord(this.model, word)) return this.make(word, {}, node, path);
      if (type.plain !== undefined)
        return this.make(type.factories[type.plain], this.first(type.factories[type.plain], node.value), node, path);
      const call = this.callForm(type, node, node.value);
      if (call !== undefined) return this.call(type.factories[call.key], call.args, join(path, call.key));
      const needs = word ? `, which needs more: {${node.value}: …}` : suggestion(node.value, keys);
      return this.wrong(node.at, path, `is '${shorten(node.value)}'${needs}`);
    }
    if (node.kind === 'scalar' && type.plain !== undefined) return this.primitive('string', node, path);
    if (node.kind !== 'map' || node.entries.size !== 1) {
      const at = node.kind === 'map' ? [...node.entries.values()][1]?.key : undefined;
      return this.wrong(at ?? node.at, path, `is ${describe(node)}; give an object with one of ${keys.join(', ')}`);
    }
    const [[key, entry]] = node.entries;
    if (!Object.hasOwn(type.factories, key)) {
      return this.wrong(entry.key, join(path, key), `there is no '${shorten(key)}' here${suggestion(key, keys)}`);
    }
    return this.call(type.factories[key], entry.value, join(path, key));
  }

  /** `linear(10, 1m)`: a factory with its parameters in their order. */
  private callForm(type: ChoiceType, node: SpecNode, text: string): { key: string; args: SpecNode } | undefined {
    const [, key, list] = /^(\w+)\(([^()]*)\)$/.exec(text) ?? [];
    if (key === undefined || !Object.hasOwn(type.factories, key)) return undefined;
    const texts = list.trim() === '' ? [] : list.split(',').map((one) => one.trim());
    const names = type.factories[key].params
      .filter((param) => !param.spread && !param.variadic)
      .map(({ name }) => name);
    if (texts.length > names.length) return undefined;
    const entries = texts.map((one, i): [string, Entry] => {
      const value = /^-?\d+(?:\.\d+)?$/.test(one) ? Number(one) : one;
      return [names[i], { key: node.at, value: { kind: 'scalar', value, at: node.at } }];
    });
    return { key, args: { kind: 'map', entries: new Map(entries), at: node.at } };
  }

  private call(factory: Factory, args: SpecNode, path: string): Value {
    const fields = factoryFields(this.model, factory);
    const empty = args.kind === 'scalar' && args.value === null;
    const node: SpecNode = empty ? { kind: 'map', entries: new Map(), at: args.at } : args;
    if (factory.direct && !this.holdsArguments(node, factory, fields)) {
      const [first] = factory.params;
      const type = first.variadic ? { list: first.type } : first.type;
      const value = this.value(type, node, path, first.unit);
      return value === NOTHING ? NOTHING : this.make(factory, this.first(factory, value), node, path);
    }
    const values = this.struct(fields, node, path);
    return values === NOTHING ? NOTHING : this.make(factory, values as Values, node, path);
  }

  /** If the first argument may replace the object: whether the value is the object, or that argument. */
  private holdsArguments(node: SpecNode, factory: Factory, fields: Fields): boolean {
    if (node.kind !== 'map') return false;
    const { type, variadic, name: first } = factory.params[0];
    // Of a value of any shape, only the parameter's own name tells the two apart.
    if ('primitive' in type && type.primitive === 'json') return node.entries.has(first);
    const named = 'ref' in type ? this.model.types[type.ref] : undefined;
    if (variadic || named?.kind !== 'choice') return true;
    return [...(node as MapNode).entries.keys()].some((name) => Object.hasOwn(fields, name));
  }

  private first(factory: Factory, value: Value): Values {
    return { [factory.params[0].name]: value };
  }

  private make(factory: Factory, values: Values, node: SpecNode, path: string): Value {
    const key = factory.scoped ? `${factory.class}.${factory.member} ${JSON.stringify(plain(node))}` : undefined;
    if (key !== undefined && this.made.has(key)) return this.made.get(key);
    try {
      const value = this.invoke(factory, values, path);
      if (key !== undefined) this.made.set(key, value);
      return value;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return this.wrong(node.at, path, error.message);
    }
  }

  private invoke(factory: Factory, values: Values, path: string): Value {
    const made = this.export(factory.module, factory.class) as Maker;
    if (factory.by === 'property') return made[factory.member];
    const args = factory.params.flatMap((param): Value[] => {
      if (param.variadic) return (values[param.name] as Value[] | undefined) ?? [];
      return [param.spread ? this.spread(param.type, param.optional, values) : values[param.name]];
    });
    const all = factory.scoped ? [this.scope, this.freeId(path, factory), ...args] : args;
    if (factory.by === 'new') return new made(...all);
    return (made[factory.member] as (...args: Value[]) => Value)(...all);
  }

  /** In `configMap: app-config` a volume and the ConfigMap that it is made of stand at the same path. */
  private freeId(path: string, { by, member }: Factory): string {
    const step = by === 'new' ? STEP.exec(path) : null;
    // The name of the construct is the name of its object, and of its metric, which commands and alerts show.
    if (step !== null) return this.free(`${this.scope.node.id}-step-${Number(step[1]) + 1}`);
    const found = by === 'new' ? PART.exec(path) : null;
    const part = found?.[1] ?? found?.[2];
    if (part !== undefined) {
      return this.free(`${this.scope.node.id}-${part.replace(/([A-Z])/g, '-$1').toLowerCase()}`);
    }
    return this.scope.node.tryFindChild(path) ? `${path}.${member}` : path;
  }

  private free(name: string): string {
    for (let i = 2, tried = name; ; i++, tried = `${name}-${i}`) if (!this.scope.node.tryFindChild(tried)) return tried;
  }

  private spread(type: TypeRef, optional: boolean, values: Values): Value {
    const struct = 'ref' in type ? this.model.types[type.ref] : undefined;
    const names = struct?.kind === 'struct' ? Object.keys(struct.fields) : [];
    const stated = names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]);
    return optional && stated.length === 0 ? undefined : Object.fromEntries(stated);
  }

  private export(module: string, name: string): Value {
    return this.modules[module][name];
  }

  private wrong(at: FileRange, path: string, message: string): typeof NOTHING {
    this.problems.push({ at, path, message });
    return NOTHING;
  }
}

/** A value of a step. */
const STEP = /^spec\.steps\[(\d+)\]/;

/** What else runs analyses. */
const PART = /^spec\.(?:strategy\.(background)|blueGreen\.(?:(prePromotion|postPromotion)Analysis))\b/;

interface Values {
  readonly [name: string]: Value;
}

type Maker = { readonly [member: string]: Value } & (new (...args: Value[]) => Value);

function firstSentence(docs: string): string {
  return docs.split(/(?<=[.:])\s/)[0].replace(/[.:]$/, '');
}

/** A scalar as it is written in its file; its value where it stands in none. */
function writtenAs({ value, at: { file, from, to } }: ScalarNode): string {
  const text = file.text.slice(from, to).trim();
  return /^[\w.+-]+$/.test(text) ? text : String(value);
}
