import { memoizeByObject } from '../../formats/memoize';
import type { Field, Resource } from '../../graph';
import type { Report } from '../shared/rule';
import { builtInProblems } from './built-in';
import { metadataProblems } from './metadata';
import { builtInSchema, coreSchema, isForApiServer, kindsOf, type Schema, schemaOf } from './store';
import type { SchemaProblem } from './problem/schema-problem';
import { validate } from './validate';

/** The schema errors of a resource. An editor validates the same resources again and again, in new graphs. */
const schemaProblems = memoizeByObject(problemsOf);

/** Kinds of the core group whose schemas are included. */
const CORE = new Set(['ConfigMap', 'Namespace', 'Secret', 'Service', 'ServiceAccount']);

/**
 * Whether SOPS has encrypted values of an object. What applies it decrypts the values and removes `sops` first.
 *
 * @see https://getsops.io/docs/
 */
const isEncrypted = (resource: Resource): boolean => resource.field('sops', 'mac').string !== undefined;

function problemsOf(resource: Resource): readonly SchemaProblem[] {
  const { group, kind, version } = resource;
  if (!isForApiServer(resource) || isEncrypted(resource)) return [];
  const builtIn = builtInSchema(group, version, kind);
  const metadata = coreSchema('ObjectMeta');
  const given = resource.field('metadata');
  // SCH009 reports missing metadata.
  let found = metadata && given.value !== undefined ? validate(given, metadata, true) : [];
  found = found.concat(metadataProblems(resource));
  if (group === '' && version === 'v1' && CORE.has(kind)) {
    const schema = coreSchema(kind);
    if (schema) found = found.concat(validateRest(resource, schema, true));
  } else if (builtIn) {
    found = found.concat(validateRest(resource, builtIn, true), builtInProblems(resource));
  } else {
    const kinds = kindsOf(group);
    const schemas = kinds && Object.hasOwn(kinds, kind) ? schemaOf(kinds[kind], version) : undefined;
    if (schemas) found = found.concat(validateRest(resource, schemas, false));
    if (kind === 'Rollout' && group === 'argoproj.io') {
      // The definition's own pod template leaves out the enumerations that the controller insists on.
      const ofPods = podTemplate(resource.field('spec', 'template'));
      const before = ofPods.length > 0 && new Set(found.map(identify));
      if (before) found = found.concat(ofPods.filter((one) => !before.has(identify(one))));
    }
  }
  if (kind.endsWith('AnalysisTemplate') && group === 'argoproj.io') {
    // An invalid quantity keeps the controller from reading the template.
    for (const metric of resource.field('spec', 'metrics').items()) {
      const template = metric.get('provider', 'job', 'spec', 'template');
      found = found.concat(podTemplate(template).filter(({ kind: what }) => what === 'value'));
    }
  }
  return found;
}

/** What tells problems apart that two definitions find. A message is there already where there are thousands. */
const identify = ({ kind, field, message }: SchemaProblem): string =>
  kind === 'unknown' ? message : `${kind} ${field}`;

function podTemplate(field: Field): SchemaProblem[] {
  const schema = coreSchema('PodTemplateSpec');
  return schema && field.exists ? validate(field, schema, true) : [];
}

function validateRest(resource: Resource, schema: Schema, core: boolean): SchemaProblem[] {
  return validate(resource.field(), restOf(schema), core);
}

/** Metadata is checked apart, and what the controllers write is nobody's mistake. */
const restOf = memoizeByObject((schema: Schema): Schema => {
  const { metadata: _metadata, status: _status, ...properties } = schema.properties ?? {};
  const anything = { 'x-kubernetes-preserve-unknown-fields': true };
  return {
    ...schema,
    required: schema.required?.filter((key) => key !== 'metadata'),
    properties: { apiVersion: {}, kind: {}, ...properties, metadata: anything, status: anything },
  };
});

/** Reports the problems of a kind. */
export function reportKind(resources: readonly Resource[], kind: SchemaProblem['kind'], report: Report): void {
  for (const resource of resources) {
    for (const { kind: found, field, message, hint, fix } of schemaProblems(resource)) {
      if (found === kind) report(field, message, { on: kind === 'unknown' ? 'key' : 'value', hint, fix });
    }
  }
}
