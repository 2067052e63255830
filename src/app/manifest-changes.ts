import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { PatchError, applyJsonPatch, mergeManifest } from '../formats/manifest-patch';
import type { CanaryAppProps } from './canary-app-props';
import { ManifestPatch } from './manifest-patch';
import { OptionError, at, isOptionError, type Found, type OptionProblem } from '../formats/option-problem';

/** A rendered object. Its fields are not validated. */
export interface Manifest {
  readonly [field: string]: unknown;
}

/** Changes the rendered manifest of a workload. Its construct may hold other objects, such as a NetworkPolicy. */
export function changeWorkload(workload: Construct, change: (manifest: Manifest) => Manifest): void {
  for (const object of objectsIn(workload).filter(({ kind }) => WORKLOADS.includes(kind))) {
    const render = object.toJson.bind(object);
    object.toJson = () => change(render());
  }
}

/** Whether a rendered Rollout names an AnalysisTemplate. If it cannot be rendered, which is reported, it may. */
export function namesTemplate(rollout: Construct, template: string): boolean {
  const name = `"templateName":${JSON.stringify(template)}`;
  try {
    return objectsIn(rollout).some((object) => JSON.stringify(object.toJson()).includes(name));
  } catch (error) {
    if (!isOptionError(error)) throw error;
    return true;
  }
}

const WORKLOADS = ['Rollout', 'Deployment'];

/**
 * Applies `patches` to the objects of an app, and adds `extraManifests`. Returns a check of the two.
 */
export function applyManifestChanges(
  app: Construct,
  { patches = [], extraManifests = [] }: CanaryAppProps,
): () => Found[] {
  const problems: Found[] = [];
  const made = objectsIn(app);
  const patchesOf = new Map<ApiObject, Placed[]>();
  patches.forEach((patch, i) => {
    const what = `patches[${i}]`;
    problems.push(...at(what, applyPatch(app, { what, patch }, patchesOf)));
  });
  for (const [object, some] of patchesOf) {
    const render = object.toJson.bind(object);
    object.toJson = () => patched(render(), some);
  }
  extraManifests.forEach((manifest: unknown, i) => {
    const what = `extraManifests[${i}]`;
    if (!isManifest(manifest)) {
      problems.push(at(what, `${what} ${manifestProblem(manifest)}; give the whole object`));
      return;
    }
    const twin = extraManifests.slice(0, i).findIndex((other) => isSameObject(other, manifest));
    if (twin >= 0) {
      problems.push(
        at(what, `${what} is the same object as extraManifests[${twin}]: ${manifest.kind} '${manifest.metadata.name}'`),
      );
      return;
    }
    const same = made.find(
      (object) =>
        object.node.scope?.node.tryFindChild(object.node.id) === object &&
        object.kind === manifest.kind &&
        object.name === manifest.metadata.name &&
        object.apiVersion === manifest.apiVersion,
    );
    if (same !== undefined) {
      problems.push(
        at(what, `${what} is the ${same.kind} '${same.name}', which the app makes too; use patches to change it`),
      );
      return;
    }
    const { metadata, ...rest } = manifest;
    const object = new ApiObject(app, `extra-${i}`, { ...rest, metadata: { ...metadata } });
    // Unchanged: without the namespace and the labels of the app.
    const render = object.toJson.bind(object);
    object.toJson = () => ({ ...render(), metadata });
  });
  return () => problems;
}

/** A patch, and its place among the options. */
interface Placed {
  readonly what: string;
  readonly patch: ManifestPatch;
}

/** Removes objects, and adds each other patch to those of its objects. */
function applyPatch(app: Construct, placed: Placed, patches: Map<ApiObject, Placed[]>): Found[] {
  const { what, patch } = placed;
  const { target, merge, json, remove } = patch;
  const given = [merge !== undefined, json !== undefined, remove === true].filter((one) => one).length;
  if (given !== 1) return [`${what} has ${given} of merge, json and remove; give exactly one`];
  const all = objectsIn(app);
  const objects = all.filter(({ kind, name }) => kind === target.kind && (target.name ?? name) === name);
  if (objects.length === 0) {
    const made = all.map(({ kind, name }) => `${kind} ${name}`).join(', ');
    return [`${what} is for ${titleOf(patch)}, which the app does not make; it makes ${made}`];
  }
  for (const object of objects) {
    if (remove) object.node.scope!.node.tryRemoveChild(object.node.id);
    else patches.set(object, [...(patches.get(object) ?? []), placed]);
  }
  return [];
}

const titleOf = ({ target }: ManifestPatch): string =>
  `${target.kind}${target.name === undefined ? '' : ` '${target.name}'`}`;

/**
 * A rendered object with its patches. One that cannot be applied does not hide what is wrong with another.
 *
 * @throws OptionError if one cannot be applied.
 */
function patched(rendered: unknown, patches: readonly Placed[]): unknown {
  const problems: OptionProblem[] = [];
  // The objects and lists in which an operation failed.
  const failed: string[] = [];
  let manifest = rendered;
  for (const { what, patch } of patches) {
    const refuse = (message: string) => problems.push({ path: what, message, title: `${what}: ` });
    try {
      const next = patch.json ? applyJsonPatch(manifest, patch.json) : mergeManifest(manifest, patch.merge);
      const problem = manifestProblem(next);
      const changed = problem === undefined ? changedIdentity(manifest as WholeManifest, next as WholeManifest) : [];
      if (problem !== undefined) {
        refuse(`the patched ${titleOf(patch)} ${problem}; a patch must keep apiVersion, kind and metadata.name`);
      } else if (changed.length > 0) {
        refuse(
          `the patch changes ${changed.join(' and ')} of ${titleOf(patch)}, by which other objects refer to it; use the options of the app, or remove the object and add another one to extraManifests`,
        );
      } else manifest = next;
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
      const { message, path } = error;
      if (failed.some((parent) => path.startsWith(`${parent}/`))) continue;
      failed.push(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
      refuse(`${message} of ${titleOf(patch)}`);
    }
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new OptionError(first, others);
  return manifest;
}

/** The fields by which an object is found, where they differ. It is the same object in each version of its API group. */
function changedIdentity(before: WholeManifest, after: WholeManifest): string[] {
  const identity = ({ apiVersion, kind, metadata: { name, namespace } }: WholeManifest) => ({
    'the API group': apiVersion.includes('/') ? apiVersion.split('/')[0] : '',
    kind,
    'metadata.name': name,
    'metadata.namespace': namespace,
  });
  const [old, now] = [identity(before), identity(after)];
  return (Object.keys(old) as (keyof typeof old)[]).filter((field) => old[field] !== now[field]);
}

function objectsIn(construct: Construct): ApiObject[] {
  return construct.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node));
}

/** An object with the fields that every object of a cluster has. */
interface WholeManifest extends Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
}

const isManifest = (value: unknown): value is WholeManifest => manifestProblem(value) === undefined;

function isSameObject(one: unknown, other: WholeManifest): boolean {
  return isManifest(one) && changedIdentity(one, other).length === 0;
}

function manifestProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not an object';
  const manifest = value as Partial<WholeManifest>;
  const missing = (['apiVersion', 'kind'] as const).find((field) => typeof manifest[field] !== 'string');
  if (missing !== undefined) return `has no ${missing}`;
  return typeof manifest.metadata?.name === 'string' ? undefined : 'has no metadata.name';
}
