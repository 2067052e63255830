import { type Graph, type Resource, type Rollout, rollouts, scalersOf } from '../graph';

/** Kinds of routes that the plugin for the Gateway API weights. */
const GATEWAY_ROUTES = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'];

/** Fields of one object that a controller writes. */
export interface Owned {
  readonly resource: Resource;
  readonly path: RegExp;
  /** Who writes them. */
  readonly by: string;
}

/**
 * The fields that the controllers change in objects that Git has: weights and managed routes, selectors, replicas. What they
 * only add (labels, annotations) is no difference anyway.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/#integrating-with-gitops
 */
export function ownedFields(git: Graph, live: Graph): readonly Owned[] {
  const found: Owned[] = [];
  const own = (resource: Resource | undefined, path: RegExp, by: string): void => {
    if (resource) found.push({ resource, path, by });
  };
  for (const rollout of rollouts(git)) {
    const by = rollout.resource.toString();
    for (const { virtualService } of rollout.virtualServices) {
      own(virtualService?.resource, /^spec\.(http|tls|tcp)\[\d+\]\.route\[\d+\]\.weight$/, by);
    }
    // An experiment has subsets of its own while it runs.
    own(rollout.destinationRule?.target, /^spec\.subsets$/, by);
    for (const routes of GATEWAY_ROUTES.flatMap((kind) => git.ofKind(kind))) {
      if (rollout.gatewayApi && routes.namespace === rollout.resource.namespace)
        own(routes, /^spec\.rules\[\d+\]\.backendRefs\[\d+\]\.weight$/, by);
    }
    const routing = rollout.canary.get('trafficRouting');
    const action = routing.get('alb', 'rootService').string ?? rollout.services.stable?.to.name ?? '';
    for (const { target } of rollout.ingressesOf('alb'))
      own(target, new RegExp(`^metadata\\.annotations\\["[^"]*/actions\\.${action.replace(/\W/g, '\\$&')}"\\]$`), by);
    for (const [kind, name, path] of [
      ['TraefikService', ['traefik', 'weightedTraefikServiceName'], /^spec\.weighted\.services\[\d+\]\.weight$/],
      ['ApisixRoute', ['apisix', 'route', 'name'], /^spec\.http\[\d+\]\.backends\[\d+\]\.weight$/],
    ] as const) {
      const named = routing.get(...name).string;
      const { namespace } = rollout.resource;
      own(
        git.ofKind(kind).find((one) => one.name === named && one.namespace === namespace),
        path,
        by,
      );
    }
    for (const reference of Object.values(rollout.services))
      own(reference.target, /^spec\.selector\["rollouts-pod-template-hash"\]$/, by);
    const { group, kind, name: ownName, namespace } = rollout.resource;
    const there = live.find({ group, kind, name: ownName, namespace });
    const scalers = [...scalersOf(git, rollout.resource), ...(there ? scalersOf(live, there) : [])];
    if (scalers.length > 0) own(rollout.resource, /^spec\.replicas$/, scalers[0].resource.toString());
    const reference = rollout.resource.field('spec', 'workloadRef');
    const scaleDown = reference.get('scaleDown').string;
    if (scaleDown !== undefined && scaleDown !== 'never') {
      const name = reference.get('name').string ?? '';
      own(
        git.find({ group: 'apps', kind: 'Deployment', name, namespace: rollout.resource.namespace }),
        /^spec\.replicas$/,
        by,
      );
    }
  }
  return found;
}

/** Who owns a field; undefined for what nobody but Git decides. */
export function isOwned(owned: readonly Owned[], resource: Resource, path: string): Owned | undefined {
  return owned.find((one) => one.resource === resource && one.path.test(path));
}

/** Routes that the controller adds to a VirtualService or to a route of the Gateway API, and takes away. */
export interface ManagedRoutes {
  /** Whether a route of this name is one of them. */
  has(name: string): boolean;
}

/** The routes that a Rollout manages. The plugin for the Gateway API names its rules `testers`, or `testers-1`. */
export function managedRoutesOf({ canary, gatewayApi }: Rollout): ManagedRoutes {
  const names = new Set(
    canary
      .get('trafficRouting', 'managedRoutes')
      .items()
      .flatMap((one) => one.get('name').string ?? []),
  );
  return { has: (name) => names.has(name) || (gatewayApi !== undefined && names.has(name.replace(/-\d+$/, ''))) };
}
