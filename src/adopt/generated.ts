import { append } from '../formats/append';
import type { Resource } from '../graph';
import { isSamePlace } from './manifests';
import type { LeftOut } from './result';

/** The objects of a set, without those that a cluster makes of others, as in a dump of a namespace. */
export interface Source {
  readonly objects: readonly Resource[];
  /** The objects that are left out, with the controller that makes them. */
  readonly generated: readonly LeftOut[];
}

/**
 * Leaves out what controllers make: they make it again, and in Git it would come back when its owner is gone. Pods, for
 * example, would go on to serve the old version.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
 */
export function withoutGenerated(all: readonly Resource[]): Source {
  const services = all.filter(({ kind }) => kind === 'Service');
  const found = new Map<string, string[]>();
  const objects = all.filter((object) => {
    const maker = makerOf(object, services);
    if (maker === undefined) return true;
    append(found, maker, `${object.kind} ${object.name}`);
    return false;
  });
  return {
    objects,
    generated: [...found].map(([maker, made]) => ({ objects: made, reason: `${maker} makes it again` })),
  };
}

/** The controller that makes an object. Undefined if the object is part of the source. */
function makerOf(object: Resource, services: readonly Resource[]): string | undefined {
  const owners = object.field('metadata', 'ownerReferences').items();
  const controller = owners.find((one) => one.get('controller').value === true);
  if (controller !== undefined) {
    const [kind, name] = ['kind', 'name'].map((field) => controller.get(field).string);
    return `${kind} ${name}`;
  }
  return isOfCluster(object, services) ? 'the cluster' : undefined;
}

/** The certificates that each namespace gets. */
const OF_NAMESPACES = ['kube-root-ca.crt', 'openshift-service-ca.crt'];

function isOfCluster(object: Resource, services: readonly Resource[]): boolean {
  switch (object.kind) {
    case 'Event':
      return object.group === '' || object.group === 'events.k8s.io';
    case 'Endpoints':
      // Without a selector, the addresses are stated by hand.
      return services.some(
        (one) => one.name === object.name && isSamePlace(one, object) && one.field('spec', 'selector').exists,
      );
    case 'EndpointSlice': {
      const manager = object.field('metadata', 'labels', 'endpointslice.kubernetes.io/managed-by').string;
      return /^endpointslice(mirroring)?-controller\.k8s\.io$/.test(manager ?? '');
    }
    case 'ConfigMap':
      return OF_NAMESPACES.includes(object.name);
    case 'Secret':
      return object.field('type').value === 'helm.sh/release.v1';
    default:
      return false;
  }
}
