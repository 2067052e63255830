import { type Field, isMapping } from '../../graph';
import type { Fix } from '../fix';
import { closest } from '../suggest';
import { satisfies, typeNameOf } from './satisfies';
import { coreDefinitions, type Schema } from './store';

/** What a value has against its schema. */
export interface SchemaProblem {
  readonly kind: 'unknown' | 'type' | 'missing' | 'value' | 'alternatives';
  readonly field: Field;
  readonly message: string;
  readonly hint?: string;
  readonly fix?: Fix;
}

/**
 * Walks a value along its schema. Our own walk rather than a validator's: compiling the Rollout's schema takes the usual
 * validator more than a second, every time the program starts, and it does not report fields that the API server would
 * drop, which here is the point. Rules in CEL (`x-kubernetes-validations`) are not evaluated.
 *
 * @param core the schema is one of Kubernetes's own types, which take null for absence
 */
export function validate(field: Field, schema: Schema, core: boolean): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  new Walk(core, problems).value(field, schema);
  return problems;
}

/** Types of Kubernetes that are more than their schema says. */
const SCALARS: { readonly [name: string]: readonly string[] } = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': ['string', 'number', 'integer'],
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': ['string', 'integer'],
};

class Walk {
  constructor(
    private readonly core: boolean,
    private readonly problems: SchemaProblem[],
  ) {}

  value(field: Field, given: Schema): void {
    const { value } = field;
    if (given.$ref !== undefined) {
      const name = given.$ref.replace('#/definitions/', '');
      const types = SCALARS[name];
      if (types) this.type(field, types);
      else this.value(field, coreDefinitions()[name] ?? {});
      return;
    }
    if (value === null) {
      if (!given.nullable && !this.core && given.type) this.type(field, [given.type]);
      return;
    }
    if (given['x-kubernetes-int-or-string'] || given.format === 'int-or-string') {
      this.type(field, ['integer', 'string']);
      return;
    }
    if (given.type !== undefined && !this.type(field, [given.type])) return;
    if (Array.isArray(value)) this.list(field, given);
    else if (isMapping(value)) this.object(field, given);
    else this.scalar(field, given);
    this.alternatives(field, given);
  }

  private add(
    kind: SchemaProblem['kind'],
    field: Field,
    message: string,
    more: { hint?: string; fix?: Fix } = {},
  ): void {
    this.problems.push({ kind, field, message, ...more });
  }

  private type(field: Field, wanted: readonly string[]): boolean {
    const { value } = field;
    const found = typeNameOf(value);
    if (wanted.includes(found) || (found === 'integer' && wanted.includes('number'))) return true;
    const belongs = wanted.map((type) => NAMES[type] ?? type).join(' or ');
    const shown = typeof value === 'object' ? '' : ` (${JSON.stringify(value)})`;
    const message = `${field} is ${NAMES[found] ?? found}${shown}, where ${belongs} belongs`;
    this.add('type', field, message, conversion(field, wanted));
    return false;
  }

  private list(field: Field, { items, minItems, maxItems }: Schema): void {
    const elements = field.items();
    if (minItems !== undefined && elements.length < minItems) {
      this.add('value', field, `${field} has ${count(elements.length, 'element')}, and needs at least ${minItems}`);
    }
    if (maxItems !== undefined && elements.length > maxItems) {
      this.add('value', field, `${field} has ${elements.length} elements, and may have at most ${maxItems}`);
    }
    if (items) for (const element of elements) this.value(element, items);
  }

  private object(field: Field, schema: Schema): void {
    const { properties, additionalProperties, required = [] } = schema;
    const open = additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] || !properties;
    for (const [key, child] of field.entries()) {
      if (properties && Object.hasOwn(properties, key)) this.value(child, properties[key]);
      else if (typeof additionalProperties === 'object') this.value(child, additionalProperties);
      else if (!open) this.unknown(field, key, child, Object.keys(properties));
    }
    for (const key of required) {
      const child = field.get(key);
      if (child.value !== undefined && !(this.core && child.value === null)) continue;
      // The API server fills it in. Kubernetes's own definitions have defaults of empty strings that mean nothing.
      if (!this.core && properties?.[key]?.default !== undefined) continue;
      this.add('missing', field, `${field.path.length ? field.toString() : field.resource.kind} lacks '${key}'`);
    }
    const { minProperties, maxProperties } = schema;
    if (minProperties === undefined && maxProperties === undefined) return;
    const size = field.entries().length;
    if (minProperties !== undefined && size < minProperties) {
      this.add('value', field, `${field} has ${count(size, 'field')}, and needs at least ${minProperties}`);
    }
    if (maxProperties !== undefined && size > maxProperties) {
      this.add('value', field, `${field} has ${count(size, 'field')}, and may have at most ${maxProperties}`);
    }
  }

  private unknown(parent: Field, key: string, child: Field, known: readonly string[]): void {
    const meant = closest(key, known);
    const free = meant !== undefined && parent.get(meant).value === undefined;
    const where = parent.path.length > 0 ? parent.toString() : parent.resource.kind;
    const hint = meant
      ? `did you mean '${meant}'?`
      : known.length <= 8
        ? `it has ${known.map((name) => `'${name}'`).join(', ')}`
        : undefined;
    const fix = free ? { title: `rename '${key}' to '${meant}'`, edits: [{ at: child, rename: meant }] } : undefined;
    this.add('unknown', child, `${where} has no field '${key}'`, { hint, fix });
  }

  private scalar(field: Field, schema: Schema): void {
    const { value } = field;
    const { enum: allowed } = schema;
    if (allowed && !allowed.includes(value)) {
      const names = allowed.filter((one) => one !== '').map(String);
      const meant = typeof value === 'string' ? closest(value, names) : undefined;
      const fix = meant ? { title: `replace '${value}' by '${meant}'`, edits: [{ at: field, set: meant }] } : undefined;
      this.add('value', field, `${field} is ${JSON.stringify(value)}`, { hint: `it can be ${names.join(', ')}`, fix });
    } else if (typeof value === 'string') {
      const { pattern, minLength = 0, maxLength = Infinity } = schema;
      if (value.length < minLength) this.add('value', field, `${field} is ${value === '' ? 'empty' : 'too short'}`);
      else if (value.length > maxLength) {
        this.add('value', field, `${field} has ${value.length} characters, and may have at most ${maxLength}`);
      } else if (pattern !== undefined && !satisfies(value, { pattern })) {
        this.add('value', field, `${field} is ${JSON.stringify(value)}, which does not match ${pattern}`);
      }
    } else if (typeof value === 'number' && !satisfies(value, schema)) {
      const { minimum = -Infinity, maximum = Infinity } = schema;
      this.add('value', field, `${field} is ${value}`, { hint: `it must be ${bounds(minimum, maximum)}` });
    }
  }

  /** Istio and others say by `oneOf` and `anyOf` which fields exclude each other, or of which one is needed. */
  private alternatives(field: Field, schema: Schema): void {
    for (const part of schema.allOf ?? []) this.alternatives(field, part);
    const options = schema.oneOf ?? schema.anyOf;
    const { oneOf, anyOf, not } = schema;
    if (options === undefined || satisfies(field.value, { oneOf, anyOf, not })) return;
    const names = [...new Set(options.flatMap((option) => option.required ?? []))];
    const present = names.filter((name) => field.get(name).value !== undefined);
    if (names.length === 0)
      this.add('value', field, `${field} is ${JSON.stringify(field.value)}, which is not allowed`);
    else if (present.length > 1) {
      const message = `${field} has ${present.map((name) => `'${name}'`).join(' and ')}, which exclude each other`;
      this.add('alternatives', field, message, { hint: `give one of ${names.join(', ')}` });
    } else this.add('alternatives', field, `${field} has none of ${names.join(', ')}`);
  }
}

const NAMES: { readonly [type: string]: string } = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
};

const count = (number: number, noun: string): string => (number === 1 ? `1 ${noun}` : `${number} ${noun}s`);

function bounds(minimum: number, maximum: number): string {
  if (maximum === Infinity) return `at least ${minimum}`;
  return minimum === -Infinity ? `at most ${maximum}` : `from ${minimum} to ${maximum}`;
}

/** A scalar in the wrong quotes: `"3"` for 3, or 3 for `"3"`. */
function conversion(field: Field, wanted: readonly string[]): { hint?: string; fix?: Fix } {
  const { value } = field;
  const fixTo = (set: string | number | boolean, shown: string): { hint: string; fix: Fix } => ({
    hint: `write ${shown}`,
    fix: { title: `write ${shown}`, edits: [{ at: field, set }] },
  });
  if (wanted.includes('string') && (typeof value === 'number' || typeof value === 'boolean')) {
    // `on` and 0777 are something else by the time they are read: what was meant only the author knows.
    return typeof value === 'number' && Number.isSafeInteger(value) && value < 8
      ? fixTo(String(value), `"${value}"`)
      : { hint: 'put it in quotes' };
  }
  if (typeof value !== 'string') return {};
  if (wanted.includes('integer') && /^-?(0|[1-9]\d{0,14})$/.test(value)) return fixTo(Number(value), value);
  if (wanted.includes('boolean') && /^(true|false)$/.test(value)) return fixTo(value === 'true', value);
  return {};
}
