/**
 * What a Rollout must know of a traffic split: the fields of its `trafficRouting`, and the Services on either side.
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
   * The `trafficRouting` block, as the Rollout spells it.
   */
  readonly routing: { [key: string]: unknown };

  /**
   * The names of the routes that there are already: those that header and mirror steps put in must not be among them.
   * @default - none
   */
  readonly routeNames?: string[];
}

/**
 * Something that sends a share of the requests to the canary, as a Rollout tells it. `IstioTrafficSplit` is one.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/
 */
export interface ITrafficSplit {
  /**
   * What the Rollout must know of it.
   */
  toTrafficRouting(): TrafficRouting;
}
