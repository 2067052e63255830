import { type Field, type Resource, textsIn } from '../graph';
import { REPLACED } from './left-out';
import { isSamePlace, remade } from './manifests';
import type { References } from './references';
import type { Scope } from './scope';
import type { StableVersion } from './split-services';
import { type Options, without } from './values';

/** The fields by which some kinds name the workload that they scale. */
const SCALED_BY: { readonly [kind: string]: string } = {
  HorizontalPodAutoscaler: 'scaleTargetRef',
  ScaledObject: 'scaleTargetRef',
  HTTPScaledObject: 'scaleTargetRef',
  VerticalPodAutoscaler: 'targetRef',
};

/** The kinds that decide the number of a workload's pods. */
const SCALERS = ['HorizontalPodAutoscaler', 'ScaledObject', 'HTTPScaledObject'];

const ROLLOUT = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };

/** An autoscaler of the Deployment targets the Rollout. */
export function retargeted(object: Resource, deployment: Resource): Resource {
  const target = targetIn(object, deployment, 'Deployment');
  if (target === undefined) return object;
  const spec: Options = {
    ...without(object.field('spec')),
    [SCALED_BY[object.kind]]: { ...without(target), ...ROLLOUT },
  };
  return remade(object, { ...object.manifest, spec });
}

/** Whether an object decides the number of pods of a Deployment, or of the Rollout in its place. */
export function scales(object: Resource, deployment: Resource, kind = 'Deployment'): boolean {
  return SCALERS.includes(object.kind) && targetIn(object, deployment, kind) !== undefined;
}

/** The reference by which an autoscaler names a workload. Undefined if it scales something else. */
function targetIn(object: Resource, workload: Resource, kind: string): Field | undefined {
  if (!Object.hasOwn(SCALED_BY, object.kind) || !isSamePlace(object, workload)) return undefined;
  const target = object.field('spec', SCALED_BY[object.kind]);
  const isOfKind = (target.get('kind').value ?? 'Deployment') === kind;
  return target.get('name').value === workload.name && isOfKind ? target : undefined;
}

/** An autoscaler without the workload that it scales. */
export function untargeted(object: Resource): Resource {
  const field = Object.hasOwn(SCALED_BY, object.kind) ? SCALED_BY[object.kind] : undefined;
  if (field === undefined) return object;
  return remade(object, { ...object.manifest, spec: without(object.field('spec'), field) });
}

/** Objects that name the Deployment by its kind, and do not find it once a Rollout is in its place. One sentence each. */
export function namedByKind(references: References, deployment: Resource, scope: Scope): string[] {
  const scaled = ({ resource, path }: Field) => path.join('.') === `spec.${SCALED_BY[resource.kind]}`;
  const found = new Map<Resource, Field>();
  for (const field of references.to(deployment)) {
    const { resource } = field;
    if (resource === deployment || REPLACED.includes(resource.kind) || found.has(resource) || scaled(field)) continue;
    if (isMeant(field, deployment, scope)) found.set(resource, field);
  }
  return [...found].map(
    ([object, { path }]) =>
      `${scope.titled(object)} names Deployment ${deployment.name} (${path.join('.')}), in whose place is a Rollout; let it name that, as kind Rollout of argoproj.io/v1alpha1`,
  );
}

/** Whether a reference is to a Deployment, and not to one of the same name in another namespace. */
function isMeant(field: Field, deployment: Resource, scope: Scope): boolean {
  const { resource } = field;
  const stated = field.get('namespace').value;
  if (stated !== undefined) return stated === deployment.namespace;
  if (scope.isOwn(resource)) return true;
  const place = resource.kind === 'Application' ? resource.field('spec', 'destination', 'namespace').string : undefined;
  if (place !== undefined) return place === deployment.namespace;
  return scope.isConcerned(resource) && isSamePlace(resource, deployment);
}

/**
 * Objects that name the Deployment, the Service or the pods with the stable version, which Flagger makes: `<name>-primary`.
 * One sentence each.
 */
export function namedPrimary(
  objects: readonly Resource[],
  { name, namespace }: Resource,
  { primaries, stable }: StableVersion,
  scope: Scope,
): string[] {
  return objects.flatMap((object) => {
    if (REPLACED.includes(object.kind) || !scope.isConcerned(object)) return [];
    const isNear = scope.isOwn(object) || namespace === undefined || object.namespace === namespace;
    const isNamed = ({ string: text }: Field) =>
      primaries.some((one) => (isNear && text === one) || text!.startsWith(isNear ? `${one}.` : `${one}.${namespace}`));
    const found = [...textsIn(object.field('spec'))].find(isNamed);
    if (found === undefined) return [];
    return [
      `${scope.titled(object)} names ${found.string!} (${found.path.join('.')}), which only Flagger makes; let it name Service ${stable}, or select the pods of Rollout ${name} by their own labels`,
    ];
  });
}
