import type { Resource, Rollout, Step } from '../../graph';

/** The fields of the traffic routers that a Rollout configures: `istio`, `nginx`, `plugins`. */
export function routersOf({ canary }: Rollout): string[] {
  return canary
    .get('trafficRouting')
    .entries()
    .filter(([key, field]) => field.exists && key !== 'managedRoutes' && key !== 'maxTrafficWeight')
    .map(([key]) => key);
}

/** `step 3 of Rollout shop/checkout`; counted from 1. */
export const stepOf = ({ index }: Step, resource: Resource): string => `step ${index + 1} of ${resource}`;
