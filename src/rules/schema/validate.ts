import { celHolds } from '../../formats/cel';
import { readGoDuration } from '../../formats/go-duration';
import { type Field, isMapping } from '../../graph';
import type { Fix } from '../shared/fix';
import { closest } from '../shared/suggest';
import { satisfies, typeNameOf } from './satisfies';
import { asStored, fieldSchema, isRemoved } from './stored';
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
 * drop, which here is the point. The rules in CEL (`x-kubernetes-validations`) are judged where everything below fits its
 * schema, as the API server does.
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

/** The one rule in CEL that stands at fields which people often write. */
const LEAST_DURATION = "duration(self) >= duration('1ms')";

/** As RFC 3339 writes times. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

class Walk {
  constructor(
    private readonly core: boolean,
    private readonly problems: SchemaProblem[],
  ) {}

  value(field: Field, given: Schema): void {
    const { value } = field;
    // Kubernetes's own types take null for absence, in whatever place.
    if (value === null && this.core) return;
    if (given.$ref !== undefined) {
      const name = given.$ref.replace('#/definitions/', '');
      const types = SCALARS[name];
      if (types) {
        if (!this.type(field, types)) return;
        if (name.endsWith('.Quantity')) this.quantity(field);
        else this.int32(field);
      } else this.value(field, coreDefinitions()[name] ?? {});
      return;
    }
    if (value === null) {
      // Only what is left of the nulls gets here: those that the API server does not remove (see `isRemoved`).
      if (!given.nullable && given.type) this.type(field, [given.type]);
      return;
    }
    if (given['x-kubernetes-int-or-string'] || given.format === 'int-or-string') {
      if (this.type(field, ['integer', 'string'])) this.int32(field);
      return;
    }
    if (given.type !== undefined && !this.type(field, [given.type])) return;
    const before = this.problems.length;
    if (Array.isArray(value)) this.list(field, given);
    else if (isMapping(value)) this.object(field, given);
    else this.scalar(field, given);
    this.alternatives(field, given);
    if (!this.core && this.problems.length === before) this.rules(field, given);
  }

  /** What the API server has against a value by the rules of the definition, in the words of the definition. */
  private rules(field: Field, schema: Schema): void {
    const rules = schema['x-kubernetes-validations'];
    if (rules === undefined) return;
    const self = asStored(field.value, schema);
    for (const { rule, message = rule } of rules) {
      if (rule === LEAST_DURATION || celHolds(rule, self) !== false) continue;
      this.add(
        'alternatives',
        field,
        `${field.path.length ? field.toString() : field.resource.kind} breaks a rule of its kind: ${message}`,
      );
    }
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
    const message = `${field} is ${NAMES[found] ?? found}${shown}; it must be ${belongs}`;
    this.add('type', field, message, conversion(field, wanted));
    return false;
  }

  private list(field: Field, schema: Schema): void {
    const { items, minItems, maxItems } = schema;
    const elements = field.items();
    if (minItems !== undefined && elements.length < minItems) {
      this.add('value', field, `${field} has ${count(elements.length, 'element')}, and needs at least ${minItems}`);
    }
    if (maxItems !== undefined && elements.length > maxItems) {
      this.add('value', field, `${field} has ${elements.length} elements, and may have at most ${maxItems}`);
    }
    if (items) for (const element of elements) this.value(element, items);
    if (!this.core) this.twice(field, elements, schema);
  }

  /** Lists that are maps by some keys, or sets: of a custom resource, the API server lets nothing be in them twice. */
  private twice(field: Field, elements: readonly Field[], schema: Schema): void {
    const type = schema['x-kubernetes-list-type'];
    if (type !== 'map' && type !== 'set') return;
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    const seen = new Set<string>();
    for (const element of elements) {
      const values = keys.map((key) => element.get(key).value ?? schema.items?.properties?.[key]?.default);
      const shown =
        type === 'set' ? JSON.stringify(element.value) : values.map((one) => JSON.stringify(one)).join(', ');
      if (seen.has(shown)) {
        const what = type === 'set' ? shown : `the ${keys.join(' and ')} ${shown}`;
        this.add('value', element, `${field} has ${what} twice`);
      }
      seen.add(shown);
    }
  }

  private object(field: Field, schema: Schema): void {
    const { properties, additionalProperties, required = [] } = schema;
    const open = additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] || !properties;
    for (const [key, child] of field.entries()) {
      if (!this.core && isRemoved(child.value, fieldSchema(schema, key))) continue;
      if (properties && Object.hasOwn(properties, key)) this.value(child, properties[key]);
      else if (typeof additionalProperties === 'object') this.value(child, additionalProperties);
      else if (!open) this.unknown(field, key, child, Object.keys(properties));
    }
    for (const key of required) {
      const child = field.get(key);
      const absent = this.core ? child.value === null : isRemoved(child.value, properties?.[key]);
      if (child.value !== undefined && !absent) continue;
      // The API server fills it in. Kubernetes's own definitions have defaults of empty strings that mean nothing.
      if (!this.core && properties?.[key]?.default !== undefined) continue;
      this.add('missing', field, `${field.path.length ? field.toString() : field.resource.kind} lacks '${key}'`);
    }
    const { minProperties, maxProperties } = schema;
    if (minProperties === undefined && maxProperties === undefined) return;
    const size = field.entries().filter(([key, { value }]) => !isRemoved(value, fieldSchema(schema, key))).length;
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
    if (this.core && value === '' && (!allowed || allowed.includes(emptyIsDefault(field)))) return;
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
      } else if (schema['x-kubernetes-validations']?.some(({ rule }) => rule === LEAST_DURATION)) {
        const seconds = readGoDuration(value);
        if (seconds === undefined || seconds < 0.001) {
          const hint = "a duration is written '300ms', '10s' or '1h30m', and is at least 1ms";
          this.add('value', field, `${field} is ${JSON.stringify(value)}, which is not a duration`, { hint });
        }
      } else if (pattern !== undefined && !satisfies(value, { pattern })) {
        this.add('value', field, `${field} is ${JSON.stringify(value)}, which does not match ${pattern}`);
      }
    } else if (typeof value === 'number' && !satisfies(value, schema)) {
      const { minimum = -Infinity, maximum = Infinity } = schema;
      this.add('value', field, `${field} is ${value}`, { hint: `it must be ${bounds(minimum, maximum)}` });
    } else if (schema.format === 'int32') this.int32(field);
    if (typeof value === 'string' && schema.format === 'date-time' && !DATE_TIME.test(value)) {
      this.add('value', field, `${field} is ${JSON.stringify(value)}, which is not a time`, {
        hint: "such as '2026-01-31T12:00:00Z'",
      });
    }
  }

  private int32(field: Field): void {
    const { number = 0 } = field;
    if (number >= -(2 ** 31) && number < 2 ** 31) return;
    this.add('value', field, `${field} is ${number}, which is more than 32 bits can hold`);
  }

  /** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
  private quantity(field: Field): void {
    const { value } = field;
    if (typeof value !== 'string' || QUANTITY.test(value)) return;
    this.add('value', field, `${field} is ${JSON.stringify(value)}, which is not a quantity`, {
      hint: "a quantity is written '500m', '1.5' or '512Mi'",
    });
  }

  /** Istio and others say by `oneOf` and `anyOf` which fields exclude each other, or of which one is needed. */
  private alternatives(field: Field, schema: Schema, stored?: unknown): void {
    const { oneOf, anyOf, not, allOf = [] } = schema;
    const options = oneOf ?? anyOf;
    if (options === undefined && allOf.length === 0) return;
    const value = stored ?? (this.core ? field.value : asStored(field.value, schema));
    for (const part of allOf) this.alternatives(field, part, value);
    if (options === undefined || satisfies(value, { oneOf, anyOf, not })) return;
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

/** Enumerations of Kubernetes's own types to which an empty text is the default, each with a value that no namesake has. */
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
