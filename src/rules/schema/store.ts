import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoize } from '../../formats/memoize';
import { packageRoot } from '../../formats/package-root';

/** A structural schema of a custom resource definition, or an OpenAPI definition of Kubernetes itself. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: { readonly [name: string]: Schema };
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly not?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'map' | 'set';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message?: string }[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** A kind of a group, as its CRD defines it. */
export interface KindSchemas {
  /** Which release it is from. */
  readonly upstream: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** A string is the name of the version with the same schema. */
  readonly versions: { readonly [version: string]: Schema | string };
}

const FOLDER = join(packageRoot(), 'imports/schemas');

type Kinds = { readonly [kind: string]: KindSchemas } | undefined;

/** The kinds of a group, by name. Undefined for an unknown group. Read on first use. */
export const kindsOf = memoize((group: string): Kinds => kindsIn(FOLDER, group), Infinity);

/** The same kinds in the experimental channel of their project. Undefined for a group that has none. */
export const experimentalKindsOf = memoize(
  (group: string): Kinds => kindsIn(join(FOLDER, 'experimental'), group),
  Infinity,
);

function kindsIn(folder: string, group: string): Kinds {
  const file = join(folder, `${group}.json`);
  const known = /^[a-z0-9.-]+\.[a-z]+$/.test(group) && existsSync(file);
  return known ? (JSON.parse(readFileSync(file, 'utf8')) as Kinds) : undefined;
}

/** The schema of a version of a kind. */
export function schemaOf(kinds: Kinds, kind: string, version: string): Schema | undefined {
  if (kinds === undefined || !Object.hasOwn(kinds, kind)) return undefined;
  const { versions } = kinds[kind];
  const schema = Object.hasOwn(versions, version) ? versions[version] : undefined;
  return typeof schema === 'string' ? (versions[schema] as Schema) : schema;
}

interface Core {
  readonly upstream: string;
  readonly definitions: { readonly [name: string]: Schema };
}

let definitions: Core['definitions'] | undefined;

/** The definitions of Kubernetes's own types. */
export function coreDefinitions(): Core['definitions'] {
  definitions ??= { ...definitionsIn('kubernetes-kinds.json'), ...definitionsIn('kubernetes.json') };
  return definitions;
}

const definitionsIn = (file: string): Core['definitions'] =>
  (JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Core).definitions;

/** A built-in kind of Kubernetes outside the core group, such as a Deployment. */
export function builtInSchema(group: string, version: string, kind: string): Schema | undefined {
  if (group === '' || !BUILT_IN.has(group)) return undefined;
  return coreDefinitions()[`io.k8s.api.${group.split('.')[0]}.${version}.${kind}`];
}

/** A built-in type of Kubernetes by its short name, such as `PodTemplateSpec`. */
export const coreSchema = memoize((name: string): Schema | undefined => {
  const definitions = coreDefinitions();
  return definitions[`io.k8s.api.core.v1.${name}`] ?? definitions[`io.k8s.apimachinery.pkg.apis.meta.v1.${name}`];
}, Infinity);

/** Built-in groups of Kubernetes. Objects of their kinds, and of the groups with included schemas, are manifests. */
const BUILT_IN = new Set([
  '',
  'apps',
  'autoscaling',
  'batch',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
]);

/**
 * Whether an object is certainly a manifest. Files of other programs also have apiVersion and kind (kustomize,
 * kubeconfig, Backstage), but do not follow the rules of Kubernetes.
 */
export function isForApiServer({
  group,
  kind,
  version,
}: {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
}): boolean {
  // The core group has one version; Talos and others write theirs without a group.
  if (group === '') return kind !== 'Config' && version === 'v1';
  return BUILT_IN.has(group) || kindsOf(group) !== undefined;
}
