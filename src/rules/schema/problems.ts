import { memoizeByObject } from '../../formats/memoize';
import type { Field, Resource } from '../../graph';
import type { Report } from '../shared/rule';
import { builtInProblems } from './built-in';
import { keyProblems } from './built-in/keys';
import { metadataProblems } from './metadata';
import {
  builtInSchema,
  coreSchema,
  experimentalKindsOf,
  isForApiServer,
  kindsOf,
  type Schema,
  schemaOf,
} from './store';
import type { SchemaProblem } from './problem/schema-problem';
import { selectorsOf } from './selectors';
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
  found = found.concat(metadataProblems(resource), keyProblems(resource));
  if (group === '' && version === 'v1' && CORE.has(kind)) {
    const schema = coreSchema(kind);
    if (schema) found = found.concat(validateRest(resource, schema, true));
    found = found.concat(builtInProblems(resource));
  } else if (builtIn) {
    found = found.concat(validateRest(resource, builtIn, true), builtInProblems(resource));
  } else {
    const kinds = kindsOf(group);
    const schema = schemaOf(kinds, kind, version);
    const own = schema ? validateRest(resource, schema, false) : [];
    if (schema) found = found.concat(byChannel(resource, named(own, kinds![kind].upstream)));
    const selector = coreSchema('LabelSelector');
    for (const field of selectorsOf(resource)) if (selector) found = found.concat(validate(field, selector, false));
    if (kind === 'Rollout' && group === 'argoproj.io') {
      // The definition's own pod template leaves out the enumerations that the controller insists on.
      const ofPods = podTemplate(resource.field('spec', 'template'));
      const before = ofPods.length > 0 && new Set(own.map(identify));
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

/** The problems, each of which says in which release there is no such field: another one may have it. */
function named(found: readonly SchemaProblem[], upstream: string): readonly SchemaProblem[] {
  const release = upstream.replace(/ v(?=\d)/, ' ');
  return found.map((one) => (one.kind === 'unknown' ? { ...one, message: `${one.message} in ${release}` } : one));
}

/**
 * The problems of an object, where those that the experimental channel of its definition does not have are told apart:
 * which channel a cluster has, no manifest says.
 */
function byChannel(resource: Resource, found: readonly SchemaProblem[]): readonly SchemaProblem[] {
  const { group, kind, version } = resource;
  const kinds = found.length === 0 ? undefined : experimentalKindsOf(group);
  const schema = schemaOf(kinds, kind, version);
  if (schema === undefined) return found;
  const there = named(validateRest(resource, schema, false), kinds![kind].upstream);
  const placeOf = ({ kind: what, field }: SchemaProblem): string => `${what} ${field}`;
  const places = new Set(there.map(placeOf));
  const always = found.filter((one) => places.has(placeOf(one)));
  const experimental = found.filter((one) => !places.has(placeOf(one)));
  const isBelow = (field: Field, above: Field): boolean =>
    `${field}`.startsWith(`${above}`) && /^[.[]/.test(`${field}`.slice(`${above}`.length));
  // What the standard channel does not have, it does not look into.
  const below = there.filter(({ field }) => experimental.some((one) => isBelow(field, one.field)));
  return [
    ...always,
    ...below,
    ...experimental.map(({ field, message }): SchemaProblem => ({
      kind: 'experimental',
      field,
      message: `${message}; the experimental channel allows it`,
    })),
  ];
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
      const on = kind === 'unknown' || kind === 'experimental' ? 'key' : 'value';
      if (found === kind) report(field, message, { on, hint, fix });
    }
  }
}
