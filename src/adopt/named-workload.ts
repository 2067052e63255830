import { type Field, type Resource, textsIn } from '../graph';
import { remade } from './manifests';
import { type Options, without } from './values';

/** The fields by which some kinds name the workload that they scale. */
const SCALED_BY: { readonly [kind: string]: string } = {
  HorizontalPodAutoscaler: 'scaleTargetRef',
  ScaledObject: 'scaleTargetRef',
  HTTPScaledObject: 'scaleTargetRef',
  VerticalPodAutoscaler: 'targetRef',
};

/** The kinds that decide the number of a workload's pods. */
export const SCALERS = ['HorizontalPodAutoscaler', 'ScaledObject', 'HTTPScaledObject'];

const ROLLOUT = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };

/** An autoscaler of the Deployment targets the Rollout. */
export function retargeted(object: Resource, deployment: Resource): Resource {
  const field = Object.hasOwn(SCALED_BY, object.kind) ? SCALED_BY[object.kind] : undefined;
  if (field === undefined) return object;
  const target = object.field('spec', field);
  const isDeployment = (target.get('kind').value ?? 'Deployment') === 'Deployment';
  if (target.get('name').value !== deployment.name || !isDeployment) return object;
  const spec: Options = { ...without(object.field('spec')), [field]: { ...without(target), ...ROLLOUT } };
  return remade(object, { ...object.manifest, spec });
}

/** An autoscaler without the workload that it scales. */
export function untargeted(object: Resource): Resource {
  const field = Object.hasOwn(SCALED_BY, object.kind) ? SCALED_BY[object.kind] : undefined;
  if (field === undefined) return object;
  return remade(object, { ...object.manifest, spec: without(object.field('spec'), field) });
}

/** Objects that name the Deployment by its kind, and do not find it once a Rollout is in its place. One sentence each. */
export function namedByKind(own: readonly Resource[], deployment: Resource): string[] {
  return own
    .filter((object) => object !== deployment && retargeted(object, deployment) === object)
    .flatMap((object) => {
      const [found] = referencesIn(object.field(), deployment);
      if (found === undefined) return [];
      const { kind, name } = object;
      return [
        `${kind} ${name} names Deployment ${deployment.name} (${found.path.join('.')}), in whose place is a Rollout; let it name that, as kind Rollout of argoproj.io/v1alpha1`,
      ];
    });
}

/**
 * Objects that name the Deployment, the Service or the pods with the stable version, which Flagger makes: `<name>-primary`.
 * One sentence each.
 *
 * @param apex The Service of callers, after which Flagger calls those of the versions.
 * @param stable The Service of the stable version.
 */
export function namedPrimary(own: readonly Resource[], { name }: Resource, apex: string, stable: string): string[] {
  const primaries = [...new Set([name, apex])].map((one) => `${one}-primary`);
  return own.flatMap((object) => {
    const isNamed = ({ string: text }: Field) => primaries.some((one) => text === one || text!.startsWith(`${one}.`));
    const found = [...textsIn(object.field('spec'))].find(isNamed);
    if (found === undefined) return [];
    return [
      `${object.kind} ${object.name} names ${found.string!} (${found.path.join('.')}), which only Flagger makes; let it name Service ${stable}, or select the pods of Rollout ${name} by their own labels`,
    ];
  });
}

/** The mappings below a field that have the kind and the name of a workload. */
function referencesIn(field: Field, workload: Resource): Field[] {
  const isHere = (namespace: unknown) => namespace === undefined || namespace === workload.namespace;
  const isReference =
    field.path.length > 0 &&
    field.get('kind').value === workload.kind &&
    field.get('name').value === workload.name &&
    isHere(field.get('namespace').value);
  if (isReference) return [field];
  return [...field.items(), ...field.entries().map(([, one]) => one)].flatMap((one) => referencesIn(one, workload));
}
