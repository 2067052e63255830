import * as kplus from 'cdk8s-plus-27';

/**
 * The values of pod fields that the user did not set.
 */
export enum PodDefaults {
  /**
   * The defaults of cdk8s-plus: resources, a security context without root and with a read-only file system, no service
   * account token, `imagePullPolicy: Always`.
   */
  HARDENED = 'hardened',

  /**
   * None: the defaults of Kubernetes apply.
   */
  KUBERNETES = 'kubernetes',
}

/** The pod without what cdk8s-plus added to it. Containers that were attached ready-made stay as they are. */
export function withoutDefaults(
  pod: kplus.k8s.PodSpec,
  stated: kplus.AbstractPodProps,
  optionsOf: (containerName: string) => kplus.ContainerProps | undefined,
): kplus.k8s.PodSpec {
  const { dns = {}, securityContext } = stated;
  return {
    ...keepStated(pod, {
      restartPolicy: stated.restartPolicy,
      automountServiceAccountToken: stated.automountServiceAccountToken,
      hostNetwork: stated.hostNetwork,
      terminationGracePeriodSeconds: stated.terminationGracePeriod,
      dnsPolicy: dns.policy,
      setHostnameAsFqdn: dns.hostnameAsFQDN,
      securityContext,
    }),
    ...(securityContext && {
      securityContext: keepStated(pod.securityContext!, {
        runAsNonRoot: securityContext.ensureNonRoot,
        fsGroupChangePolicy: securityContext.fsGroupChangePolicy,
      }),
    }),
    containers: pod.containers.map((container) => withoutContainerDefaults(container, optionsOf(container.name))),
    initContainers: pod.initContainers?.map((container) =>
      withoutContainerDefaults(container, optionsOf(container.name)),
    ),
  };
}

function withoutContainerDefaults(
  container: kplus.k8s.Container,
  stated: kplus.ContainerProps | undefined,
): kplus.k8s.Container {
  if (stated === undefined) return container;
  const { securityContext } = stated;
  return {
    ...keepStated(container, {
      resources: stated.resources,
      imagePullPolicy: stated.imagePullPolicy,
      startupProbe: stated.startup,
      securityContext,
    }),
    ...(securityContext && {
      securityContext: keepStated(container.securityContext!, {
        runAsNonRoot: securityContext.ensureNonRoot,
        privileged: securityContext.privileged,
        readOnlyRootFilesystem: securityContext.readOnlyRootFilesystem,
        allowPrivilegeEscalation: securityContext.allowPrivilegeEscalation,
      }),
    }),
  };
}

/** The object without those of the named fields whose option was not given. */
function keepStated<T extends object>(rendered: T, options: { readonly [K in keyof T]?: unknown }): T {
  const kept = Object.entries(rendered).filter(
    ([field]) => !(field in options) || options[field as keyof T] !== undefined,
  );
  return Object.fromEntries(kept) as T;
}
