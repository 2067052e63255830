import * as kplus from 'cdk8s-plus-27';

/**
 * What becomes of the fields of the pods that the user did not state.
 */
export enum PodDefaults {
  /**
   * Those of cdk8s-plus: resources, a security context that forbids root and writing, no token, pulled always.
   */
  HARDENED = 'hardened',

  /**
   * None: Kubernetes applies its own.
   */
  KUBERNETES = 'kubernetes',
}

/** Which fields of a rendered container belong to which option, so that those of options not given are left out. */
const CONTAINER_FIELDS: readonly [keyof kplus.k8s.Container, keyof kplus.ContainerProps][] = [
  ['resources', 'resources'],
  ['securityContext', 'securityContext'],
  ['imagePullPolicy', 'imagePullPolicy'],
  ['startupProbe', 'startup'],
];

const POD_FIELDS: readonly [keyof kplus.k8s.PodSpec, keyof kplus.AbstractPodProps][] = [
  ['restartPolicy', 'restartPolicy'],
  ['securityContext', 'securityContext'],
  ['automountServiceAccountToken', 'automountServiceAccountToken'],
  ['hostNetwork', 'hostNetwork'],
  ['terminationGracePeriodSeconds', 'terminationGracePeriod'],
  ['dnsPolicy', 'dns'],
  ['setHostnameAsFqdn', 'dns'],
];

/** The pod without what cdk8s-plus added to it. Containers that were attached ready-made stay as they are. */
export function withoutDefaults(
  pod: kplus.k8s.PodSpec,
  podProps: kplus.AbstractPodProps,
  containerProps: (name: string) => kplus.ContainerProps | undefined,
): kplus.k8s.PodSpec {
  const bare = (container: kplus.k8s.Container) => {
    const stated = containerProps(container.name);
    return stated ? omit(container, CONTAINER_FIELDS, stated) : container;
  };
  return {
    ...omit(pod, POD_FIELDS, podProps),
    containers: pod.containers.map(bare),
    initContainers: pod.initContainers?.map(bare),
  };
}

function omit<T extends object, P extends object>(rendered: T, fields: readonly [keyof T, keyof P][], stated: P): T {
  const unstated = new Set(fields.filter(([, prop]) => stated[prop] === undefined).map(([field]) => field));
  return Object.fromEntries(Object.entries(rendered).filter(([field]) => !unstated.has(field as keyof T))) as T;
}
