import type { Resource, Service } from '../graph';
import { ingressClass, leadsTo } from './existing-routes';
import { rootOf, type SplitServices } from './split-services';

/** The Services and routes that lead to the pods of a workload past the split. */
export interface WaysIn {
  readonly split: SplitServices;
  /** The routes that split the requests. */
  readonly taken: readonly Resource[];
  /** The routes that are carried over with the workload, and not changed. */
  readonly left: readonly Resource[];
  /** All objects of the set. A route for several workloads is carried over with one of them. */
  readonly all: readonly Resource[];
  /** The workload with which an object is carried over. */
  readonly ownerOf: (object: Resource) => Resource | undefined;
  readonly workload: Resource;
  /** The Services that lead to the pods, whether or not to others too. */
  readonly services: readonly Service[];
}

/** The routes that lead to both versions, each with what to do about it. */
export function bypasses(ways: WaysIn): readonly string[] {
  const { split, taken, left, all, services } = ways;
  const isKnown = ({ kind, name }: Resource) =>
    [...taken, ...left].some((one) => one.kind === kind && one.name === name);
  const foreign = all.filter((object) => !isKnown(object) && leadsTo(object, rootOf(split)));
  const toOthers = services
    .filter(({ resource }) => resource.name !== split.root)
    .flatMap((service) =>
      all
        .filter((object) => leadsTo(object, service.resource))
        .map((object) => `${pastTheSplit(object, service.resource.name, ways)}; ${leadTo(service, ways)}`),
    );
  return [
    ...[...left, ...foreign].map((object) => `${pastTheSplit(object, split.root, ways)}; ${remedy(object, split)}`),
    ...toOthers,
  ];
}

/** The Services of a workload whose requests are not split, and that no route leads to. One sentence each. */
export function entrances(ways: WaysIn): readonly string[] {
  const { split, taken, all, services } = ways;
  const ports = targetsOf(services.find(({ resource }) => resource.name === split.root));
  return services.flatMap((service) => {
    const { resource } = service;
    const isRoot = resource.name === split.root;
    const type = resource.field('spec', 'type').string;
    if (!isRoot && all.some((object) => leadsTo(object, resource))) return [];
    if (type === 'LoadBalancer' || type === 'NodePort') {
      const [route] = taken;
      const entrance = route ? `${route.kind} ${route.name}` : 'a gateway (`hosts`)';
      return [
        `requests from outside the cluster to Service ${resource.name} (${type}) reach the pods directly, so they are split by the number of pods and not by weight; let them enter through ${entrance}`,
      ];
    }
    const isSamePort = targetsOf(service).some((port) => ports.includes(port));
    if (isRoot || !isSamePort || resource.field('spec', 'clusterIP').string === 'None') return [];
    return [
      `requests to Service ${resource.name} are split by the number of pods and not by weight; let callers use Service ${split.root}`,
    ];
  });
}

const targetsOf = (service: Service | undefined) =>
  service?.ports.map(({ target, number }) => String(target ?? number)) ?? [];

function pastTheSplit(object: Resource, service: string, { ownerOf, workload }: WaysIn): string {
  const owner = ownerOf(object);
  const place = owner === undefined || owner === workload ? '' : `, which is carried over with ${owner.name},`;
  return `${object.kind} ${object.name}${place} sends requests to Service ${service}, which has the pods of both versions, so they are split by the number of pods and not by weight`;
}

/** Instructions for a route to another Service than the one whose requests are split. */
function leadTo(service: Service, { split: { root }, services }: WaysIn): string {
  const ports = targetsOf(services.find(({ resource }) => resource.name === root));
  const isSamePort = targetsOf(service).every((port) => ports.includes(port));
  return isSamePort ? `let it lead to Service ${root}` : `add the port to Service ${root}, and let it lead there`;
}

/** Instructions for a route to the Service that callers use, with the fields of its router. */
function remedy(object: Resource, { root, stable, canary, port }: SplitServices): string {
  const { kind, name } = object;
  if (kind === 'VirtualService') {
    return `give each of its HTTP routes to ${root} the destinations ${stable} (weight 100) and ${canary} (weight 0) and a name, and list them in traffic.existingVirtualServices`;
  }
  if (['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].includes(kind)) {
    return `give each of its rules to ${root} the backends ${stable} (weight 100) and ${canary} (weight 0), and name it in strategy.trafficRouting.plugins`;
  }
  if (kind === 'Route') return `let it lead to the Service of a gateway that splits`;
  if (kind === 'IngressRoute') {
    return `let it lead to a TraefikService with ${stable} and ${canary}, and name that in strategy.trafficRouting.traefik`;
  }
  if (kind !== 'Ingress') return `let it name ${stable} and ${canary}, and state its router in strategy.trafficRouting`;
  const found = ingressClass(object);
  switch (found) {
    case 'nginx':
      return `let its backend be ${stable}, and name it in strategy.trafficRouting.nginx.stableIngress`;
    case 'alb':
      return `set strategy.trafficRouting.alb to { ingress: ${name}, rootService: ${root}, servicePort: ${port} }, and the port of its backend to the name use-annotation`;
    case 'traefik':
      return `let an IngressRoute lead to a TraefikService with ${stable} and ${canary}, and name that in strategy.trafficRouting.traefik`;
    default:
      return `${found === undefined ? 'it states no class' : `its class ${found} has no counterpart`}: let its backend be the Service of a gateway that splits, or state a router in strategy.trafficRouting`;
  }
}
