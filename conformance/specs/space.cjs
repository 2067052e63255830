// Everything that can be stated of the library's constructs, in the terms of src/canaryfile/model.ts: that of `canary.yaml`,
// widened to every construct that can be made alone.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const CONSTRUCT = 'constructs.Construct';
const ROOT = 'specs.Set';

/**
 * What constructs ask of other constructs and no text can state: given by the set that they are made in (render.cjs).
 * They are taken out of what is generated.
 */
const GIVEN = {
  ArgoCdOptions: ['manages'],
  CanaryMonitoringProps: ['canary', 'stable', 'root', 'pods'],
  CanaryServicesProps: ['pods'],
  IstioAuthorizationPolicyProps: ['pods'],
  OpenShiftRouteProps: ['gateway'],
  PodDisruptionBudgetProps: ['pods'],
  PodMonitorProps: ['pods'],
  ScaledObjectProps: ['target'],
  ServiceMonitorProps: ['service'],
};

const readAssembly = (root, folder) => JSON.parse(readFileSync(join(root, folder, '.jsii'), 'utf8'));
const lowerFirst = (word) => word.charAt(0).toLowerCase() + word.slice(1);

/** The constructs that can be made, and the type of what each is told, by its name. */
function constructsOf(assembly) {
  const made = Object.values(assembly.types).filter(
    ({ kind, abstract, initializer }) =>
      kind === 'class' && !abstract && initializer?.parameters?.[0]?.type.fqn === CONSTRUCT,
  );
  return made.map(({ name, initializer }) => ({ name, props: initializer.parameters[2]?.type }));
}

/**
 * The model of a set: a struct with a field for each construct, `canaryApp` among them.
 *
 * @param root The folder of the built package.
 * @param extractModel That of src/canaryfile/extract.ts.
 */
function specSpace(root, extractModel) {
  const assembly = readAssembly(root, '.');
  const own = structuredClone(assembly);
  for (const [name, properties] of Object.entries(GIVEN)) {
    const type = own.types[`${assembly.name}.${name}`];
    type.properties = type.properties.filter((property) => !properties.includes(property.name));
  }
  const nothing = 'specs.Nothing';
  const properties = constructsOf(assembly).map(({ name, props }) => ({
    name: lowerFirst(name),
    type: props ?? { fqn: nothing },
    optional: true,
  }));
  own.types[nothing] = { kind: 'interface', datatype: true, fqn: nothing, assembly: 'specs', name: 'Nothing' };
  own.types[ROOT] = { kind: 'interface', datatype: true, fqn: ROOT, assembly: 'specs', name: 'Set', properties };
  const others = ['cdk8s-plus-27', 'cdk8s', 'constructs'].map((name) => readAssembly(root, `node_modules/${name}`));
  const model = extractModel([own, ...others], ROOT);
  const lost = model.omissions.filter(({ what }) => what.startsWith(ROOT));
  if (lost.length > 0)
    throw new Error(`no set can have ${lost.map(({ what, reason }) => `${what}: ${reason}`).join()}`);
  return model;
}

/** A type's own name: `HttpMatch` of `cdk8s-canary.HttpMatch`. */
const shortName = (fqn) => fqn.slice(fqn.lastIndexOf('.') + 1);

/** The fields of a factory, each with the name of what it belongs to: a spread struct, or the factory itself. */
function ownedFields(model, fqn, key, factory) {
  const owner = key === undefined ? shortName(fqn) : `${shortName(fqn)}#${key}`;
  return factory.params.flatMap((param) => {
    const struct = param.spread ? model.types[param.type.ref] : undefined;
    if (struct?.kind !== 'struct') {
      return [
        { name: param.name, owner, type: param.variadic ? { list: param.type } : param.type, optional: param.optional },
      ];
    }
    return Object.entries(struct.fields).map(([name, field]) => ({
      name,
      owner: shortName(param.type.ref),
      type: field.type,
      optional: field.optional || param.optional,
    }));
  });
}

const structFields = (fqn, { fields }) =>
  Object.entries(fields).map(([name, { type, optional }]) => ({ name, owner: shortName(fqn), type, optional }));

/** The structs that are spread among a factory's arguments. */
const spreadStructs = (model, factory) =>
  factory.params
    .filter(({ spread, type }) => spread && model.types[type.ref]?.kind === 'struct')
    .map(({ type }) => shortName(type.ref));

module.exports = { ROOT, ownedFields, shortName, specSpace, spreadStructs, structFields };
