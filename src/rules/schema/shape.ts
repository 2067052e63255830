import { memoize, memoizeByObject } from '../../formats/memoize';
import { coreDefinitions, type Schema } from './store';
import { fieldSchema } from './stored';

/** A definition of Kubernetes. */
export interface Definition {
  /** The types of a value that Kubernetes reads by itself. Undefined: only the schema limits the value. */
  readonly types?: readonly string[];
  readonly shape: Shape;
}

export const QUANTITY_TYPES = ['string', 'number', 'integer'] as const;
/** The types of values that Kubernetes reads by itself, beyond their schemas. */
const SCALARS: { readonly [name: string]: readonly string[] } = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': QUANTITY_TYPES,
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': ['string', 'integer'],
};

/** The formats that are validated. */
const FORMATS = new Set<string | undefined>(['int32', 'date-time']);

/** The one rule in CEL that stands at fields which people often write. */
export const LEAST_DURATION = "duration(self) >= duration('1ms')";

/**
 * A schema, prepared for validation. Each schema has a few of many possible fields, which are slow to read in V8. All shapes
 * have the same fields.
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
  /** Whether the schema limits a text, a number or a boolean beyond its type. */
  readonly limitsScalars: boolean;
  readonly isDuration: boolean;
  readonly hasAlternatives: boolean;
  readonly hasRules: boolean;
  /** Whether the elements of a list must differ, or some of their fields. */
  readonly isSet: boolean;

  private readonly reference: string | undefined;
  private readonly named = new Map<string, Shape>();
  private meant: Definition | undefined;
  private ofItems: Shape | undefined;

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

  /** The definition that `$ref` names. Undefined: the schema has no `$ref`. */
  get definition(): Definition | undefined {
    return this.reference === undefined ? undefined : (this.meant ??= definitionOf(this.reference));
  }

  /** The shape of the elements of a list. */
  get items(): Shape | undefined {
    if (this.ofItems === undefined && this.schema.items) this.ofItems = Shape.of(this.schema.items);
    return this.ofItems;
  }

  /** The shape of a field of an object. Undefined: the schema does not contain the field. */
  field(key: string): Shape | undefined {
    const known = this.named.get(key);
    if (known !== undefined) return known;
    const schema = fieldSchema(this.schema, key);
    if (schema === undefined) return undefined;
    const made = Shape.of(schema);
    // The names of labels and the like are unlimited.
    if (schema !== this.schema.additionalProperties) this.named.set(key, made);
    return made;
  }
}

const definitionOf = memoize((reference): Definition => {
  const name = reference.replace('#/definitions/', '');
  return { types: SCALARS[name], shape: Shape.of(coreDefinitions()[name] ?? {}) };
}, Infinity);
