import { memoize, memoizeByObject } from '../../formats/memoize';
import { coreDefinitions, type Schema } from './store';

/** What a reference to a definition stands for. */
export interface Definition {
  /** The types of a value of Kubernetes that is more than its schema says. Undefined for any other definition. */
  readonly types?: readonly string[];
  readonly shape: Shape;
}

export const QUANTITY_TYPES = ['string', 'number', 'integer'] as const;
/** Types of Kubernetes that are more than their schema says. */
const SCALARS: { readonly [name: string]: readonly string[] } = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': QUANTITY_TYPES,
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': ['string', 'integer'],
};

/** Formats that a value must have. */
const FORMATS = new Set<string | undefined>(['int32', 'date-time']);

/** The one rule in CEL that stands at fields which people often write. */
export const LEAST_DURATION = "duration(self) >= duration('1ms')";

/**
 * A schema, prepared for walking through values. Schemas have few of many possible fields, each its own, and reading those
 * takes V8 long; all shapes have the same ones.
 */
export class Shape {
  static readonly of = memoizeByObject((schema: Schema) => new Shape(schema));

  readonly type: string | undefined;
  readonly nullable: boolean;
  readonly isIntOrString: boolean;
  readonly required: readonly string[] | undefined;
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  readonly minProperties: number | undefined;
  readonly maxProperties: number | undefined;
  /** Whether an object may have fields that the schema does not name. */
  readonly isOpen: boolean;
  /** Whether anything but the type of a text, a number or a boolean is limited. */
  readonly limitsScalars: boolean;
  readonly isDuration: boolean;
  readonly hasAlternatives: boolean;
  readonly hasRules: boolean;
  /** Whether nothing may be twice in a list. */
  readonly isSet: boolean;

  private readonly reference: string | undefined;
  private readonly named = new Map<string, Shape>();
  private meant: Definition | undefined;
  private ofItems: Shape | undefined;
  private ofOthers: Shape | undefined;

  private constructor(readonly schema: Schema) {
    const { additionalProperties, format, properties } = schema;
    const rules = schema['x-kubernetes-validations'];
    const list = schema['x-kubernetes-list-type'];
    this.reference = schema.$ref;
    this.type = schema.type;
    this.nullable = schema.nullable === true;
    this.isIntOrString = schema['x-kubernetes-int-or-string'] === true || format === 'int-or-string';
    this.required = schema.required;
    this.minItems = schema.minItems;
    this.maxItems = schema.maxItems;
    this.minProperties = schema.minProperties;
    this.maxProperties = schema.maxProperties;
    this.isOpen =
      additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true || !properties;
    this.hasRules = rules !== undefined;
    this.isDuration = rules?.some(({ rule }) => rule === LEAST_DURATION) ?? false;
    this.hasAlternatives = (schema.oneOf ?? schema.anyOf ?? schema.allOf) !== undefined;
    this.isSet = list === 'map' || list === 'set';
    const limits = [schema.enum, schema.pattern, schema.minLength, schema.maxLength, schema.minimum, schema.maximum];
    this.limitsScalars = this.isDuration || FORMATS.has(format) || limits.some((limit) => limit !== undefined);
  }

  /** What the reference that stands in place of a schema means. Undefined if there is none. */
  get definition(): Definition | undefined {
    return this.reference === undefined ? undefined : (this.meant ??= definitionOf(this.reference));
  }

  /** That of the elements of a list. */
  get items(): Shape | undefined {
    if (this.ofItems === undefined && this.schema.items) this.ofItems = Shape.of(this.schema.items);
    return this.ofItems;
  }

  /** That of a field of an object. Undefined for a field that the schema does not contain. */
  field(key: string): Shape | undefined {
    const known = this.named.get(key);
    if (known !== undefined) return known;
    const { properties, additionalProperties } = this.schema;
    if (properties && Object.hasOwn(properties, key)) {
      const made = Shape.of(properties[key]);
      this.named.set(key, made);
      return made;
    }
    if (typeof additionalProperties === 'object') this.ofOthers ??= Shape.of(additionalProperties);
    return this.ofOthers;
  }
}

const definitionOf = memoize((reference): Definition => {
  const name = reference.replace('#/definitions/', '');
  return { types: SCALARS[name], shape: Shape.of(coreDefinitions()[name] ?? {}) };
}, Infinity);
