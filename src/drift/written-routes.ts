import { type Graph, isMapping, type Resource, rollouts } from '../graph';
import { type ManagedRoutes, managedRoutesOf } from './owned';

/** The entries that a Rollout adds to an object with routes, and removes again. */
interface Written {
  readonly managed: ManagedRoutes;
  /** Services of the pods of an experiment that gets a share of the requests. */
  readonly services: ReadonlySet<string>;
}

type Manifest = Readonly<Record<string, unknown>>;

/** By object in Git that has routes: what its Rollout adds to it in the cluster. */
export function writtenInRoutes(git: Graph, live: Graph): ReadonlyMap<Resource, Written> {
  return new Map(
    rollouts(git).flatMap((rollout) => {
      const { name, namespace } = rollout.resource;
      const additional = live
        .find({ group: 'argoproj.io', kind: 'Rollout', name, namespace })
        ?.field('status', 'canary', 'weights', 'additional');
      const services = new Set(additional?.items().flatMap((one) => one.get('serviceName').string ?? []));
      const written = { managed: managedRoutesOf(rollout), services };
      const routed = [
        ...rollout.virtualServices.map(({ virtualService }) => virtualService?.resource),
        ...(rollout.gatewayApi?.routes.map(({ reference }) => reference.target) ?? []),
      ];
      return routed.flatMap((resource) => (resource ? [[resource, written] as const] : []));
    }),
  );
}

/** An object without what its Rollout adds, and the names of that. */
interface Without {
  readonly manifest: Manifest;
  readonly routes: readonly string[];
  /** Services. */
  readonly destinations: readonly string[];
}

/** Lists of routes, and the list of a route that has its destinations. */
const LISTS = [
  ['http', 'route'],
  ['tls', 'route'],
  ['tcp', 'route'],
  ['rules', 'backendRefs'],
] as const;

/** An object of the cluster without what its Rollout adds. */
export function withoutWritten(manifest: Manifest, written: Written | undefined): Without {
  const { spec } = manifest;
  if (written === undefined || !isMapping(spec)) return { manifest, routes: [], destinations: [] };
  const removed: string[] = [];
  const destinations = new Set<string>();
  const changed: Record<string, unknown> = { ...spec };
  for (const [list, inRoute] of LISTS) {
    const all = spec[list];
    if (!Array.isArray(all)) continue;
    const isManaged = (route: unknown): boolean => isMapping(route) && written.managed.has(String(route.name));
    removed.push(...all.filter(isManaged).map((route) => String((route as { name: unknown }).name)));
    changed[list] = all
      .filter((route) => !isManaged(route))
      .map((route: unknown) => withoutDestinations(route, inRoute, written.services, destinations));
  }
  return { manifest: { ...manifest, spec: changed }, routes: removed, destinations: [...destinations] };
}

/** @param taken where the names of those go that are left out */
function withoutDestinations(route: unknown, list: string, services: ReadonlySet<string>, taken: Set<string>): unknown {
  if (!isMapping(route) || !Array.isArray(route[list])) return route;
  const isOfExperiment = (one: unknown): boolean => {
    const service = serviceOf(one);
    if (service === undefined || !services.has(service)) return false;
    taken.add(service);
    return true;
  };
  return { ...route, [list]: route[list].filter((one) => !isOfExperiment(one)) };
}

/** The Service that a destination of Istio or the Gateway API names. */
function serviceOf(destination: unknown): string | undefined {
  if (!isMapping(destination)) return undefined;
  const host = isMapping(destination.destination) ? destination.destination.host : destination.name;
  return typeof host === 'string' ? host.split('.')[0] : undefined;
}
