import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { Assembly, JsiiRef, TypeSystem } from '../../src/canaryfile/assembly';
import { jsonSchema } from '../../src/canaryfile/json-schema';
import { Factory, Fields, SpecModel, TypeRef, factoryFields, isWord, specModel } from '../../src/canaryfile/model';
import { loadValue } from './load';

const ROOT = join(__dirname, '../..');
const assemblies = ['.', 'node_modules/cdk8s-plus-27', 'node_modules/cdk8s', 'node_modules/constructs'].map(
  (folder) => JSON.parse(readFileSync(join(ROOT, folder, '.jsii'), 'utf8')) as Assembly,
);
const model = specModel();

/** What a spec cannot say, and why that is right. Anything else that appears here is an option lost. */
const NOT_IN_SPECS: Record<string, string> = {
  'cdk8s-canary.Destination.service': 'a Service is named by `host`; there is no object to refer to in a file',
  'cdk8s-plus-27.ContainerOpts.port': 'deprecated in favour of portNumber, and stated by the port of the app',
  'cdk8s-plus-27.ContainerProps.port': 'deprecated in favour of portNumber',
};

describe('a spec says what the constructs can', () => {
  test('every option that CanaryAppProps leads to is in the model, or on the short list', () => {
    const system = new TypeSystem(assemblies);
    const lost: string[] = [];
    const met = new Set<string>();
    const visit = (ref: JsiiRef | undefined): void => {
      if (ref?.collection) return visit(ref.collection.elementtype);
      const type = ref?.fqn ? system.get(ref.fqn) : undefined;
      if (!type || met.has(type.fqn) || type.namespace === 'k8s') return;
      met.add(type.fqn);
      if (type.datatype) {
        const stated = model.types[type.fqn];
        for (const property of system.structProperties(type.fqn)) {
          const found = stated?.kind === 'struct' && Object.hasOwn(stated.fields, property.name);
          if (!found) lost.push(`${type.fqn}.${property.name}`);
          else visit(property.type);
        }
      } else if (type.kind === 'enum') {
        const stated = model.types[type.fqn];
        const members = stated?.kind === 'enum' ? Object.values(stated.members).map(({ member }) => member) : [];
        lost.push(
          ...(type.members ?? [])
            .filter(({ name }) => !members.includes(name))
            .map(({ name }) => `${type.fqn}.${name}`),
        );
      } else {
        const stated = model.types[type.fqn];
        const members = stated?.kind === 'choice' ? Object.values(stated.factories).map(({ member }) => member) : [];
        const factories = (type.methods ?? []).filter((one) => one.static && one.returns?.type.fqn === type.fqn);
        for (const factory of factories) {
          if (stated?.kind === 'quantity') continue;
          if (!members.includes(factory.name)) lost.push(`${type.fqn}.${factory.name}`);
          else for (const parameter of factory.parameters ?? []) if (parameter.name !== 'scope') visit(parameter.type);
        }
      }
    };
    visit({ fqn: model.root });
    expect(met.size).toBeGreaterThan(50);
    expect(lost.sort()).toEqual(Object.keys(NOT_IN_SPECS).sort());
    // The model tells of types too that only lead to something that no spec can state.
    expect(model.omissions.map(({ what }) => what)).toEqual(expect.arrayContaining(Object.keys(NOT_IN_SPECS)));
  });

  const samples = Object.keys(model.types).flatMap((fqn) => samplesOf(fqn).map((value) => [fqn, value] as const));

  test.each(Object.keys(model.types))('each way to write a %s is loaded', (fqn) => {
    const failed = samplesOf(fqn).flatMap((value) => {
      const { problems } = loadValue(model, fqn, value);
      // What a constructor says of a made-up value is not the loader's word.
      return problems.filter((problem) =>
        /there is no|is missing|; give |; use one of|which is no (duration|size|cpu)/.test(problem),
      );
    });
    expect(failed).toEqual([]);
  });

  test('the JSON Schema accepts each of them', () => {
    const ajv = new Ajv({ strict: false, allErrors: false });
    const schema = jsonSchema(model);
    ajv.addSchema({ ...schema, $id: 'canary' });
    const refused = samples.filter(([fqn, value]) => {
      const validate = ajv.getSchema(`canary#/definitions/${fqn}`);
      return !validate || !validate(value);
    });
    expect(refused).toEqual([]);
    expect(samples.length).toBeGreaterThan(300);
  });
});

/** Every form of a type's values: each option once with what is required, each factory in each of its forms. */
function samplesOf(fqn: string): unknown[] {
  const type = model.types[fqn];
  switch (type.kind) {
    case 'quantity':
      return { duration: ['5m', '1h30m', '0s', '250ms'], size: ['32Mi', '1Gi'], cpu: ['5m', '0.5', 0.5, 2] }[
        type.quantity
      ];
    case 'enum':
      return Object.keys(type.members);
    case 'struct':
      return each(type.fields);
    case 'built':
      return each(factoryFields(model, type.factory));
    case 'choice':
      return [
        ...Object.entries(type.factories).flatMap(([key, factory]) => forms(key, factory)),
        ...(type.plain ? ['some-name'] : []),
      ];
  }
}

function forms(key: string, factory: Factory): unknown[] {
  const objects = each(factoryFields(model, factory)).map((value) => ({ [key]: value }));
  const [first] = factory.params;
  const direct = factory.direct
    ? [{ [key]: first.variadic ? [sample(model, first.type)] : sample(model, first.type) }]
    : [];
  return [...objects, ...direct, ...(isWord(model, factory) ? [key] : [])];
}

function each(fields: Fields): object[] {
  const least = Object.entries(fields)
    .filter(([, field]) => !field.optional)
    .map(([name, field]) => [name, sample(model, field.type)]);
  const whole = Object.entries(fields).map(([name, field]) => [...least, [name, sample(model, field.type)]]);
  return [least, ...whole].map((entries) => Object.fromEntries(entries));
}

/** The shortest value of a type. */
function sample({ types }: SpecModel, ref: TypeRef): unknown {
  if ('primitive' in ref) return { string: 'x', number: 1, boolean: true, json: { a: 1 } }[ref.primitive];
  if ('list' in ref) return [sample(model, ref.list)];
  if ('map' in ref) return { key: sample(model, ref.map) };
  const type = types[ref.ref];
  if (type.kind === 'quantity') return { duration: '5m', size: '32Mi', cpu: '5m' }[type.quantity];
  if (type.kind === 'enum') return Object.keys(type.members)[0];
  if (type.kind === 'choice') {
    if (type.plain) return 'some-name';
    const [key, factory] = Object.entries(type.factories).sort(([, a], [, b]) => required(a) - required(b))[0];
    return isWord(model, factory) ? key : { [key]: leastOf(factoryFields(model, factory)) };
  }
  return leastOf(type.kind === 'struct' ? type.fields : factoryFields(model, type.factory));
}

function required(factory: Factory): number {
  return Object.values(factoryFields(model, factory)).filter((one) => !one.optional).length;
}

function leastOf(fields: Fields): object {
  const least = Object.entries(fields).filter(([, field]) => !field.optional);
  return Object.fromEntries(least.map(([name, field]) => [name, sample(model, field.type)]));
}
