import { ITrafficSplit } from '../traffic/traffic-split';
import { TrafficRouter } from '../traffic/traffic-router';
import type { CanaryAppProps } from './canary-app-props';

/** What splits the requests of an app: `none` for nothing, `other` for a router that exists. */
export type Routing = 'istio' | 'gatewayApi' | 'other' | 'none' | 'blueGreen';

/** What splits the requests, by the options of an app. */
export function routingOf({ blueGreen, strategy, gatewayApi }: CanaryAppProps): Routing {
  if (blueGreen) return 'blueGreen';
  const router = strategy?.trafficRouting;
  if (router) return router._routing === undefined ? 'none' : 'other';
  return gatewayApi ? 'gatewayApi' : 'istio';
}

/** The names of an app's Services. */
export interface ServiceNames {
  readonly stable: string;
  readonly canary: string;
  readonly root: string;
}

/** The names of the Services, by the options of an app. */
export function serviceNames(name: string, props: CanaryAppProps): ServiceNames {
  const { stable, canary, root } = props.services ?? {};
  const [active, other] = props.blueGreen ? [name, `${name}-preview`] : [`${name}-stable`, `${name}-canary`];
  return { stable: stable ?? active, canary: canary ?? other, root: root ?? name };
}

/** An existing router, in the form that a Rollout needs. */
export function otherRouter({ stable, canary }: ServiceNames, router: TrafficRouter): ITrafficSplit {
  return {
    toTrafficRouting: () => ({ stableService: stable, canaryService: canary, routing: router._routing! }),
  };
}
