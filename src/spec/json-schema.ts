import { Factory, Field, Fields, Primitive, SpecModel, SpecType, TypeRef, factoryFields, isWord } from './model';
import { CPU_PATTERN, DURATION_PATTERN, SIZE_PATTERN } from './quantities';
import { API_VERSION, KINDS } from './document';

interface Schema {
  [key: string]: unknown;
}

export interface SchemaOptions {
  /**
   * Whether a file may leave out what is required, take values back with `null`, and say how its lists are merged: the
   * schema of overlays, of defaults, and of specs that rely on them.
   * @default false
   */
  readonly partial?: boolean;
}

/** The JSON Schema (draft 7, which editors read) of a spec file. Docstrings come along as hover text. */
export function jsonSchema(model: SpecModel, options: SchemaOptions = {}): Schema {
  const writer = new SchemaWriter(model, options.partial ?? false);
  const definitions = Object.fromEntries(Object.entries(model.types).map(([fqn, type]) => [fqn, writer.type(type)]));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: options.partial ? 'Overlay or defaults of a CanaryApp' : 'CanaryApp',
    type: 'object',
    additionalProperties: false,
    required: options.partial ? ['apiVersion', 'kind'] : ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { const: API_VERSION },
      kind: options.partial ? { enum: KINDS } : { const: KINDS[0] },
      metadata: metadataSchema(options.partial ?? false),
      base: {
        type: 'string',
        description: 'Another spec file, by its path from this one. This file is merged over it.',
      },
      ...(options.partial ? { root: { type: 'boolean', description: 'No defaults are looked for further up.' } } : {}),
      spec: writer.ref({ ref: model.root }),
    },
    definitions,
  };
}

function metadataSchema(partial: boolean): Schema {
  const words = { type: 'object', additionalProperties: { type: 'string' } };
  return {
    type: 'object',
    additionalProperties: false,
    ...(partial ? {} : { required: ['name'] }),
    properties: {
      name: { type: 'string', description: 'The name of the app, from which all others are made.' },
      namespace: { type: 'string', description: 'The namespace of every object. Default: none is written.' },
      labels: { ...words, description: 'Labels of every object.' },
    },
  };
}

class SchemaWriter {
  constructor(
    private readonly model: SpecModel,
    private readonly partial: boolean,
  ) {}

  public type(type: SpecType): Schema {
    switch (type.kind) {
      case 'struct':
        return { ...described(type.docs), ...this.object(type.fields) };
      case 'built':
        return { ...described(type.docs), ...this.object(factoryFields(this.model, type.factory)) };
      case 'enum':
        return {
          ...described(type.docs),
          oneOf: Object.entries(type.members).map(([word, { docs }]) => ({ const: word, ...described(docs) })),
        };
      case 'quantity':
        return quantitySchema(type.quantity);
      case 'choice':
        return {
          ...described(type.docs),
          anyOf: [
            ...Object.entries(type.factories).flatMap(([key, factory]) => this.factory(key, factory)),
            ...(type.plain === undefined ? [] : [{ type: 'string', ...described(type.factories[type.plain].docs) }]),
          ],
        };
    }
  }

  public ref(type: TypeRef): Schema {
    if ('primitive' in type) return primitiveSchema(type.primitive);
    if ('list' in type) return { type: 'array', items: this.item(type.list) };
    if ('map' in type) return { type: 'object', additionalProperties: this.nullable(this.ref(type.map)) };
    return { $ref: `#/definitions/${type.ref}` };
  }

  private factory(key: string, factory: Factory): Schema[] {
    const fields = factoryFields(this.model, factory);
    const [first] = factory.params;
    const whole = this.object(fields);
    const value = factory.direct
      ? { anyOf: [this.ref(first.variadic ? { list: first.type } : first.type), whole] }
      : whole;
    const object = {
      type: 'object',
      ...described(factory.docs),
      additionalProperties: false,
      required: [key],
      properties: { [key]: { ...described(factory.docs), ...value } },
    };
    return isWord(this.model, factory) ? [{ const: key, ...described(factory.docs) }, object] : [object];
  }

  private object(fields: Fields): Schema {
    const required = this.partial
      ? []
      : Object.entries(fields)
          .filter(([, one]) => !one.optional)
          .map(([name]) => name);
    const directive = this.partial ? { $patch: { enum: ['replace', 'delete'] } } : {};
    const properties = Object.entries(fields).map(([name, one]) => [name, this.nullable(this.field(one))]);
    return {
      type: 'object',
      additionalProperties: false,
      ...(required.length > 0 ? { required } : {}),
      properties: { ...Object.fromEntries(properties), ...directive },
    };
  }

  private field(field: Field): Schema {
    const byDefault = field.default === undefined ? '' : `\n\nDefault: ${field.default.replace(/^- /, '')}`;
    const docs = `${field.docs}${byDefault}`.trim();
    const schema = this.ref(field.type);
    // Draft 7 ignores what stands beside a $ref.
    return '$ref' in schema && docs !== ''
      ? { ...described(docs), allOf: [schema] }
      : { ...described(docs), ...schema };
  }

  private item(type: TypeRef): Schema {
    const schema = this.ref(type);
    if (!this.partial) return schema;
    return { anyOf: [schema, { type: 'object', required: ['$patch'], properties: { $patch: { const: 'replace' } } }] };
  }

  private nullable(schema: Schema): Schema {
    return this.partial ? { anyOf: [schema, { type: 'null' }] } : schema;
  }
}

function quantitySchema(quantity: 'duration' | 'size' | 'cpu'): Schema {
  switch (quantity) {
    case 'duration':
      return { type: 'string', pattern: DURATION_PATTERN.source, examples: ['30s', '5m', '1h30m'] };
    case 'size':
      return { type: 'string', pattern: SIZE_PATTERN.source, examples: ['32Mi', '1Gi'] };
    case 'cpu':
      return { type: ['string', 'number'], pattern: CPU_PATTERN.source, minimum: 0, examples: ['5m', 0.5, 2] };
  }
}

function primitiveSchema(primitive: Primitive): Schema {
  return primitive === 'json' ? {} : { type: primitive };
}

function described(docs: string): Schema {
  return docs === '' ? {} : { description: docs };
}
