import { celHolds } from '../../formats/cel';
import { readGoDuration } from '../../formats/go-duration';
import { type Field, isMapping, type Mapping, own } from '../../graph';
import type { Fix } from '../shared/fix';
import { closest } from '../shared/suggest';
import type { SchemaProblem } from './problem/schema-problem';
import { satisfies, stringFits, typeNameOf } from './satisfies';
import { LEAST_DURATION, QUANTITY_TYPES, Shape } from './shape';
import { asStored, isRemoved } from './stored';
import type { Schema } from './store';

/**
 * Validates a value against its schema. This is our own validator, because ajv takes more than a second to compile the
 * Rollout's schema at each start, and does not report fields that the API server drops. The rules in CEL
 * (`x-kubernetes-validations`) are judged where the rest of a value fits its schema, as the API server does.
 *
 * @param core whether the schema is a built-in type of Kubernetes, which treats null as absent
 */
export function validate(field: Field, schema: Schema, core: boolean): SchemaProblem[] {
  const walk = new Walk(field, core);
  walk.value(field.value, Shape.of(schema));
  return walk.problems;
}

const INT_OR_STRING = ['integer', 'string'] as const;

/** As RFC 3339 writes times. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

/** Whether a schema is one of objects, and not of what is written as one value. */
function isObject(shape: Shape | undefined): boolean {
  const { types, shape: meant = shape } = shape?.definition ?? {};
  return types === undefined && meant?.schema.properties !== undefined;
}

/** Unknown fields of one object. More of them are no typos, and searching for what each could mean takes long. */
const MOST_TYPOS = 200;

/** Walks plain values: nearly all of them are right, so a field is made only where something is wrong. */
class Walk {
  readonly problems: SchemaProblem[] = [];
  /** The way from the root to the value that is looked at. */
  private readonly path: (string | number)[] = [];

  constructor(
    private readonly root: Field,
    private readonly core: boolean,
  ) {}

  value(value: unknown, given: Shape): void {
    // Kubernetes's own types take null for absence, in whatever place.
    if (value === null && this.core) return;
    const { definition, type } = given;
    if (definition !== undefined) {
      const { types, shape } = definition;
      if (types === undefined) this.value(value, shape);
      else if (!this.type(value, types)) return;
      else if (types === QUANTITY_TYPES) this.quantity(value);
      else this.int32(value);
      return;
    }
    if (value === null) {
      // Only what is left of the nulls gets here: those that the API server does not remove (see `isRemoved`).
      if (!given.nullable && type) this.type(value, [type]);
      return;
    }
    if (given.isIntOrString) {
      if (this.type(value, INT_OR_STRING)) this.int32(value);
      return;
    }
    if (type !== undefined && typeNameOf(value) !== type && !this.type(value, [type])) return;
    const before = this.problems.length;
    if (Array.isArray(value)) this.list(value, given);
    else if (isMapping(value)) this.object(value, given);
    else if (given.limitsScalars) this.scalar(value, given);
    if (given.hasAlternatives) this.alternatives(value, given.schema);
    if (given.hasRules && !this.core && this.problems.length === before) this.rules(value, given.schema);
  }

  /** What the API server has against a value by the rules of the definition, in the words of the definition. */
  private rules(value: unknown, schema: Schema): void {
    const { 'x-kubernetes-validations': rules = [] } = schema;
    const self = asStored(value, schema);
    for (const { rule, message = rule } of rules) {
      if (rule === LEAST_DURATION || celHolds(rule, self) !== false) continue;
      const { field } = this;
      const where = field.path.length > 0 ? field.toString() : field.resource.kind;
      this.add('alternatives', field, `${where} breaks a rule of its kind: ${message}`);
    }
  }

  private below(key: string | number, value: unknown, shape: Shape): void {
    this.path.push(key);
    this.value(value, shape);
    this.path.pop();
  }

  private get field(): Field {
    return this.root.get(...this.path);
  }

  private add(
    kind: SchemaProblem['kind'],
    field: Field,
    message: string,
    more: { hint?: string; fix?: Fix } = {},
  ): void {
    this.problems.push({ kind, field, message, ...more });
  }

  private type(value: unknown, wanted: readonly string[]): boolean {
    const found = typeNameOf(value);
    if (wanted.includes(found) || (found === 'integer' && wanted.includes('number'))) return true;
    const { field } = this;
    const belongs = wanted.map((type) => NAMES[type] ?? type).join(' or ');
    const shown = typeof value === 'object' ? '' : ` (${JSON.stringify(value)})`;
    const message = `${field} is ${NAMES[found] ?? found}${shown}; it must be ${belongs}`;
    this.add('type', field, message, conversion(field, wanted));
    return false;
  }

  private list(value: readonly unknown[], shape: Shape): void {
    const { items, minItems, maxItems } = shape;
    const { length } = value;
    if (minItems !== undefined && length < minItems) {
      const { field } = this;
      this.add('value', field, `${field} has ${count(length, 'element')}, and needs at least ${minItems}`);
    }
    if (maxItems !== undefined && length > maxItems) {
      const { field } = this;
      this.add('value', field, `${field} has ${length} elements, and may have at most ${maxItems}`);
    }
    // In a list, Kubernetes's own types take null for an empty object.
    const isEmpty = (one: unknown): boolean => this.core && one === null && isObject(items);
    if (items) for (let i = 0; i < length; i++) this.below(i, isEmpty(value[i]) ? {} : value[i], items);
    if (shape.isSet && !this.core) this.twice(value, shape.schema);
  }

  /** Lists that are maps by some keys, or sets: of a custom resource, the API server lets nothing be in them twice. */
  private twice(elements: readonly unknown[], schema: Schema): void {
    const type = schema['x-kubernetes-list-type'];
    if (elements.length < 2) return;
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    const seen = new Set<string>();
    elements.forEach((element, i) => {
      const values = keys.map((key) => own(element, key) ?? schema.items?.properties?.[key]?.default);
      const shown = type === 'set' ? JSON.stringify(element) : values.map((one) => JSON.stringify(one)).join(', ');
      if (seen.has(shown)) {
        const what = type === 'set' ? shown : `the ${keys.join(' and ')} ${shown}`;
        const { field } = this;
        this.add('value', field.get(i), `${field} has ${what} twice`);
      }
      seen.add(shown);
    });
  }

  private object(value: Mapping, shape: Shape): void {
    const unknown: string[] = [];
    for (const key of Object.keys(value)) {
      const child = value[key];
      const field = shape.field(key);
      if (field !== undefined) {
        if (this.core || !isRemoved(child, field.schema)) this.below(key, child, field);
      } else if (!shape.isOpen) unknown.push(key);
    }
    if (unknown.length > 0) this.unknown(this.field, unknown, Object.keys(shape.schema.properties!));
    const { required, minProperties, maxProperties } = shape;
    if (required) for (const key of required) this.required(own(value, key), key, shape);
    if (minProperties === undefined && maxProperties === undefined) return;
    const size = Object.keys(value).filter((key) => !isRemoved(value[key], shape.field(key)?.schema)).length;
    const { field } = this;
    if (minProperties !== undefined && size < minProperties) {
      this.add('value', field, `${field} has ${count(size, 'field')}, and needs at least ${minProperties}`);
    }
    if (maxProperties !== undefined && size > maxProperties) {
      this.add('value', field, `${field} has ${count(size, 'field')}, and may have at most ${maxProperties}`);
    }
  }

  private required(child: unknown, key: string, { schema: { properties } }: Shape): void {
    if (child !== undefined && child !== null) return;
    const schema = properties?.[key];
    // Of a custom resource, a null that the API server keeps is a value.
    if (child === null && !this.core && !isRemoved(child, schema)) return;
    // The API server fills it in. Kubernetes's own definitions have defaults of empty strings that mean nothing.
    if (!this.core && schema?.default !== undefined) return;
    const { field } = this;
    this.add('missing', field, `${field.path.length ? field.toString() : field.resource.kind} lacks '${key}'`);
  }

  /** Fields of an object that its definition does not have. */
  private unknown(parent: Field, keys: readonly string[], known: readonly string[]): void {
    const where = parent.path.length > 0 ? parent.toString() : parent.resource.kind;
    const all = known.length <= 8 ? `it has ${known.map((name) => `'${name}'`).join(', ')}` : undefined;
    for (const key of keys) {
      const child = parent.get(key);
      const meant = keys.length > MOST_TYPOS ? undefined : closest(key, known);
      const free = meant !== undefined && parent.get(meant).value === undefined;
      const hint = meant ? `did you mean '${meant}'?` : all;
      const fix = free ? { title: `rename '${key}' to '${meant}'`, edits: [{ at: child, rename: meant }] } : undefined;
      this.add('unknown', child, `${where} has no field '${key}'`, { hint, fix });
    }
  }

  private scalar(value: unknown, { schema, isDuration }: Shape): void {
    const { enum: allowed } = schema;
    if (this.core && value === '' && (!allowed || allowed.includes(emptyIsDefault(this.field)))) return;
    if (allowed && !allowed.includes(value)) {
      const { field } = this;
      const names = allowed.filter((one) => one !== '').map(String);
      const meant = typeof value === 'string' ? closest(value, names) : undefined;
      const fix = meant ? { title: `replace '${value}' by '${meant}'`, edits: [{ at: field, set: meant }] } : undefined;
      this.add('value', field, `${field} is ${JSON.stringify(value)}`, { hint: `it can be ${names.join(', ')}`, fix });
    } else if (typeof value === 'string') {
      const { pattern, minLength = 0, maxLength = Infinity } = schema;
      if (value.length < minLength) {
        const { field } = this;
        this.add('value', field, `${field} is ${value === '' ? 'empty' : 'too short'}`);
      } else if (value.length > maxLength) {
        const { field } = this;
        this.add('value', field, `${field} has ${value.length} characters, and may have at most ${maxLength}`);
      } else if (isDuration) {
        const seconds = readGoDuration(value);
        if (seconds === undefined || seconds < 0.001) {
          const { field } = this;
          const hint = "a duration is written '300ms', '10s' or '1h30m', and is at least 1ms";
          this.add('value', field, `${field} is ${JSON.stringify(value)}, which is not a duration`, { hint });
        }
      } else if (pattern !== undefined && !stringFits(value, schema)) {
        const { field } = this;
        this.add('value', field, `${field} is ${JSON.stringify(value)}, which does not match ${pattern}`);
      }
    } else if (typeof value === 'number' && !satisfies(value, schema)) {
      const { field } = this;
      const { minimum = -Infinity, maximum = Infinity } = schema;
      this.add('value', field, `${field} is ${value}`, { hint: `it must be ${bounds(minimum, maximum)}` });
    } else if (schema.format === 'int32') this.int32(value);
    if (typeof value === 'string' && schema.format === 'date-time' && !DATE_TIME.test(value)) {
      const { field } = this;
      this.add('value', field, `${field} is ${JSON.stringify(value)}, which is not a time`, {
        hint: "such as '2026-01-31T12:00:00Z'",
      });
    }
  }

  private int32(value: unknown): void {
    if (typeof value !== 'number' || (value >= -(2 ** 31) && value < 2 ** 31)) return;
    const { field } = this;
    this.add('value', field, `${field} is ${value}, which is more than 32 bits can hold`);
  }

  /** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
  private quantity(value: unknown): void {
    if (typeof value !== 'string' || QUANTITY.test(value)) return;
    const { field } = this;
    this.add('value', field, `${field} is ${JSON.stringify(value)}, which is not a quantity`, {
      hint: "a quantity is written '500m', '1.5' or '512Mi'",
    });
  }

  /** Istio and others say by `oneOf` and `anyOf` which fields exclude each other, or of which one is needed. */
  private alternatives(written: unknown, schema: Schema, stored?: unknown): void {
    const { oneOf, anyOf, not, allOf } = schema;
    const options = oneOf ?? anyOf;
    if (options === undefined && allOf === undefined) return;
    const value = stored ?? (this.core ? written : asStored(written, schema));
    if (allOf) for (const part of allOf) this.alternatives(written, part, value);
    if (options === undefined || satisfies(value, { oneOf, anyOf, not })) return;
    const { field } = this;
    const all = [...new Set(options.flatMap((option) => option.required ?? []))];
    const isPresent = (name: string): boolean => field.get(name).value !== undefined;
    // A field that every alternative needs excludes none of them.
    const shared = all.filter((name) => options.every(({ required }) => required?.includes(name)));
    const missing = options.length > 1 ? shared.filter((name) => !isPresent(name)) : [];
    for (const name of missing) this.add('missing', field, `${field} lacks '${name}'`);
    const names = options.length > 1 ? all.filter((name) => !shared.includes(name)) : all;
    const present = names.filter(isPresent);
    if (missing.length > 0 && (names.length === 0 || present.length === 1)) return;
    if (names.length === 0)
      this.add('value', field, `${field} is ${JSON.stringify(field.value)}, which is not allowed`);
    else if (present.length > 1) {
      const message = `${field} has ${present.map((name) => `'${name}'`).join(' and ')}, which exclude each other`;
      this.add('alternatives', field, message, { hint: `give one of ${names.join(', ')}` });
    } else this.add('alternatives', field, `${field} has none of ${names.join(', ')}`);
  }
}

/** Enumerations of built-in types whose default is an empty text, each with a value that identifies it. */
const EMPTY_IS_DEFAULT: { readonly [field: string]: string } = {
  dnsPolicy: 'ClusterFirst',
  effect: 'NoExecute',
  externalTrafficPolicy: 'Local',
  imagePullPolicy: 'Always',
  operator: 'Equal',
  protocol: 'TCP',
  pullPolicy: 'Always',
  restartPolicy: 'Always',
  scheme: 'HTTP',
  sessionAffinity: 'None',
  terminationMessagePolicy: 'File',
  type: 'ClusterIP',
};

const emptyIsDefault = ({ path }: Field): string => EMPTY_IS_DEFAULT[String(path[path.length - 1])] ?? '';

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
    // `on` and 0777 have another value after parsing, so the intended text is not known.
    return typeof value === 'number' && Number.isSafeInteger(value) && value < 8
      ? fixTo(String(value), `"${value}"`)
      : { hint: 'put it in quotes' };
  }
  if (typeof value !== 'string') return {};
  if (wanted.includes('integer') && /^-?(0|[1-9]\d{0,14})$/.test(value)) return fixTo(Number(value), value);
  if (wanted.includes('boolean') && /^(true|false)$/.test(value)) return fixTo(value === 'true', value);
  return {};
}
