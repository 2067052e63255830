import {
  ChoiceType,
  Factory,
  Field,
  Fields,
  Primitive,
  SpecModel,
  SpecType,
  TypeRef,
  factoryFields,
  isWord,
} from './model';
import { CPU_PATTERN, DURATION_PATTERN, SIZE_PATTERN } from './quantities';
import { API_VERSION, KINDS } from './document';

interface Schema {
  [key: string]: unknown;
}

/**
 * Which file a schema is of: a spec that says all itself; a spec that relies on defaults, or an overlay; or defaults. But
 * for the first, nothing is required, `null` takes values back, and `$patch` says how objects and lists are merged.
 */
export type SchemaOf = 'app' | 'overlay' | 'defaults';

const TITLES: { readonly [of in SchemaOf]: string } = {
  app: 'CanaryApp',
  overlay: 'CanaryApp that is merged with others: over defaults or a base, or as an overlay',
  defaults: 'Defaults of the CanaryApps below a folder',
};

/** The JSON Schema (draft 7, which editors read) of a spec file. Docstrings come along as hover text. */
export function jsonSchema(model: SpecModel, of: SchemaOf = 'app'): Schema {
  const partial = of !== 'app';
  const writer = new SchemaWriter(model, partial);
  const definitions = Object.fromEntries(Object.entries(model.types).map(([fqn, type]) => [fqn, writer.type(type)]));
  const base = {
    type: 'string',
    pattern: '\\.ya?ml$',
    description: 'Another spec file, by its path from this one. This file is merged over it.',
  };
  const root = { type: 'boolean', description: 'Defaults of parent folders do not apply.\n\nDefault: false' };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: TITLES[of],
    type: 'object',
    additionalProperties: false,
    required: partial ? ['apiVersion', 'kind'] : ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { const: API_VERSION, description: 'The version of this language.' },
      kind: {
        const: of === 'defaults' ? KINDS[1] : KINDS[0],
        description: 'What the file is: a CanaryApp, or CanaryDefaults of the apps below a folder.',
      },
      metadata: metadataSchema(partial),
      ...(of === 'defaults' ? { root } : { base }),
      spec: writer.ref({ ref: model.root }),
    },
    definitions,
  };
}

function metadataSchema(partial: boolean): Schema {
  const words = { type: 'object', additionalProperties: { type: 'string' } };
  // As every name of a Service must be.
  const label = {
    type: 'string',
    maxLength: 63,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
    patternErrorMessage: "Use lower-case letters, digits and '-', beginning and ending with a letter or digit.",
  };
  return {
    type: 'object',
    additionalProperties: false,
    ...(partial ? {} : { required: ['name'] }),
    properties: {
      name: { ...label, description: 'The name of the app, from which all others are made.' },
      namespace: { ...label, description: 'The namespace of every object. Default: none is written.' },
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
        return this.choice(type);
    }
  }

  /** A word, or an object with one key. One object for all keys: so an editor completes them, and names one that is misspelt. */
  private choice({ docs, factories, plain }: ChoiceType): Schema {
    const entries = Object.entries(factories);
    const words = entries.filter(([, factory]) => isWord(this.model, factory));
    const called = {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: this.partial ? 2 : 1,
      properties: {
        ...Object.fromEntries(entries.map(([key, factory]) => [key, this.factory(factory)])),
        ...this.directive(),
      },
    };
    return {
      ...described(docs),
      anyOf: [
        called,
        ...(words.length === 0
          ? []
          : [{ enum: words.map(([key]) => key), enumDescriptions: words.map(([, factory]) => factory.docs) }]),
        ...callForms(entries),
        ...amountForms(factories),
        ...(plain === undefined ? [] : [{ type: 'string', ...described(factories[plain].docs) }]),
      ],
    };
  }

  public ref(type: TypeRef): Schema {
    if ('primitive' in type) return primitiveSchema(type.primitive);
    if ('list' in type) return { type: 'array', items: this.item(type.list) };
    if ('map' in type) return { type: 'object', additionalProperties: this.nullable(this.ref(type.map)) };
    return { $ref: `#/definitions/${type.ref}` };
  }

  /** The value of a factory's key. It may be empty if no parameter is required. */
  private factory(factory: Factory): Schema {
    const [first] = factory.params;
    const whole = this.object(factoryFields(this.model, factory));
    const own = () =>
      first.unit === undefined ? this.ref(first.variadic ? { list: first.type } : first.type) : numberWithUnit();
    const direct = factory.direct ? [own()] : [];
    const nothing = isWord(this.model, factory) ? [{ type: 'null' }] : [];
    const forms = [...direct, whole, ...nothing];
    return { ...described(factory.docs), ...(forms.length === 1 ? whole : { anyOf: forms }) };
  }

  private directive(): Schema {
    return this.partial ? { $patch: { enum: ['replace', 'delete'] } } : {};
  }

  private object(fields: Fields): Schema {
    const required = this.partial
      ? []
      : Object.entries(fields)
          .filter(([, one]) => !one.optional)
          .map(([name]) => name);
    const properties = Object.entries(fields).map(([name, one]) => [name, this.nullable(this.field(one))]);
    return {
      type: 'object',
      additionalProperties: false,
      ...(required.length > 0 ? { required } : {}),
      properties: { ...Object.fromEntries(properties), ...this.directive() },
    };
  }

  private field(field: Field): Schema {
    const byDefault = field.default === undefined ? '' : `\n\nDefault: ${field.default.replace(/^- /, '')}`;
    const docs = `${field.docs}${byDefault}`.trim();
    const schema = field.unit === undefined ? this.ref(field.type) : numberWithUnit();
    // Draft 7 ignores the siblings of a $ref.
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
      return {
        type: ['string', 'integer'],
        minimum: 0,
        minLength: 1,
        pattern: DURATION_PATTERN.source,
        patternErrorMessage: 'This is no duration; write 5m, 1h30m or 30s.',
        examples: ['30s', '5m', '1h30m', 300],
      };
    case 'size':
      return {
        type: 'string',
        pattern: SIZE_PATTERN.source,
        patternErrorMessage: 'This is no size; write 32Mi or 1Gi.',
        examples: ['32Mi', '1Gi'],
      };
    case 'cpu':
      return { type: ['string', 'number'], pattern: CPU_PATTERN.source, minimum: 0, examples: ['5m', 0.5, 2] };
  }
}

/** A share of the pods, or their number, without the name of either. */
function amountForms(factories: ChoiceType['factories']): Schema[] {
  if (!Object.hasOwn(factories, 'percent')) return [];
  const percent = { type: 'string', pattern: '^\\d+(\\.\\d+)? ?%$' };
  return Object.hasOwn(factories, 'absolute') ? [percent, { type: 'integer', minimum: 0 }] : [percent];
}

/** `linear(10, 1m)`: for factories that take several plain values, and are never taken for another text. */
function callForms(entries: readonly [string, Factory][]): Schema[] {
  const keys = entries
    .filter(([, { params }]) => params.filter((param) => !param.optional).length > 1)
    .map(([key]) => key);
  return keys.length === 0 ? [] : [{ type: 'string', pattern: `^(?:${keys.join('|')})\\([^()]*\\)$` }];
}

/** A share or percent: a number, or `99.9%`. */
function numberWithUnit(): Schema {
  return { type: ['number', 'string'], pattern: '^\\d+(?:\\.\\d+)? ?%$', examples: ['99.9%'] };
}

function primitiveSchema(primitive: Primitive): Schema {
  return primitive === 'json' ? {} : { type: primitive };
}

function described(docs: string): Schema {
  return docs === '' ? {} : { description: docs };
}
