import { type Host, type Rollout, type Route, type RouteDestination, sameNamespace } from '../../graph';

/**
 * Whether a destination is the Rollout's canary or its stable version, as the controller decides: by host or subset.
 */
export function roleOf(
  { canary, istio }: Rollout,
  { host, subset }: RouteDestination,
): 'canary' | 'stable' | undefined {
  const rule = istio.get('destinationRule');
  const label = host.text.split('.')[0];
  for (const role of ['canary', 'stable'] as const) {
    const service = canary.get(`${role}Service`).string;
    const wanted = rule.get(`${role}SubsetName`).string;
    if (wanted !== undefined ? subset === wanted : service !== undefined && service !== '' && label === service) {
      return role;
    }
  }
  return undefined;
}

/** `route 'primary'`, or by its number, counted from 1, if it has no name. */
export function routeLabel({ name, field, protocol }: Route): string {
  if (name !== undefined) return `route '${name}'`;
  return `${protocol} route ${Number(field.path[field.path.length - 1]) + 1}`;
}

/** Whether two hosts are the same. Services are compared by name and namespace, in any form. */
export function sameHost(a: Host, b: Host): boolean {
  if (a.service === undefined || b.service === undefined) return a.text === b.text;
  return a.service === b.service && sameNamespace(a.namespace, b.namespace);
}
