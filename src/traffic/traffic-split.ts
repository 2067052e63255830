/**
 * The data of a traffic split that a Rollout needs: the fields of `trafficRouting`, and the Services.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export interface TrafficRouting {
  /**
   * The Service that selects the stable version's pods.
   */
  readonly stableService: string;

  /**
   * The Service that selects the canary's pods.
   */
  readonly canaryService: string;

  /**
   * The `trafficRouting` block of the Rollout.
   */
  readonly routing: { [key: string]: unknown };

  /**
   * The names of existing routes, which header and mirror steps must not use.
   * @default - none
   */
  readonly routeNames?: string[];
}

/**
 * A traffic split, whose weights a Rollout controls, such as `IstioTrafficSplit`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/
 */
export interface ITrafficSplit {
  /**
   * The data that the Rollout needs.
   */
  toTrafficRouting(): TrafficRouting;
}
