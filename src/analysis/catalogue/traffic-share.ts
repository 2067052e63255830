import { Threshold } from '../values/condition';
import { CheckDefinition, minimumOf, minimumProblem, RequestCheckOptions } from './check';

/**
 * Options for `CanaryCheck.trafficShare`.
 */
export interface TrafficShareOptions extends RequestCheckOptions {
  /**
   * By how much the canary's share of the requests may differ from its weight, as a share: `0.05` is five percent of
   * all requests. With few requests, chance alone causes a difference: about 2 percent with 400 requests at a weight of 20.
   * @default 0.05
   */
  readonly tolerance?: number;

  /**
   * The weight that the canary should have, in percent.
   * @default - the one that the controller has set when the analysis starts
   */
  readonly weight?: number;
}

export function trafficShare(options: TrafficShareOptions): CheckDefinition {
  const { tolerance = 0.05, weight } = options;
  return {
    name: 'traffic-share',
    options,
    countsRequests: true,
    comparesVersions: true,
    query: ({ requests, window }) => {
      const canary = `(${requests._requests('canary', window)} or vector(0))`;
      const all = `(${canary} + (${requests._requests('stable', window)} or vector(0)))`;
      return `abs(\n  ${canary} / (${all} >= ${minimumOf(options)})\n- ${weight ?? '{{args.canary-weight}}'} / 100\n)`;
    },
    threshold: () => Threshold.atMost(tolerance),
    problems: () => [
      tolerance > 0 && tolerance < 1 ? undefined : `tolerance is ${tolerance}; use a share between 0 and 1`,
      weight === undefined || (weight >= 0 && weight <= 100)
        ? undefined
        : `weight is ${weight}; use a number from 0 to 100, in percent`,
      minimumProblem(options),
    ],
  };
}
