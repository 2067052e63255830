import { dnsLabelProblem, quoted } from '../formats/names';
import { isBetween } from './http-redirect';
import { DestinationSubset } from './istio-destination-rule';
import { at, type Found } from '../formats/option-problem';

/**
 * A subset with a fixed share of the requests, in addition to stable and canary.
 */
export interface AdditionalSubset extends DestinationSubset {
  /**
   * The share of requests in percent. The rest goes to the stable version between rollouts.
   */
  readonly weight: number;
}

/**
 * Options for `SplitBy.subsets`.
 */
export interface SubsetOptions {
  /**
   * The Service of all pods, which has the subsets stable and canary.
   * @default - `<name>`
   */
  readonly host?: string;

  /**
   * The name of the stable subset.
   * Becomes `stableSubsetName`.
   * @default 'stable'
   */
  readonly stableName?: string;

  /**
   * The name of the canary subset.
   * Becomes `canarySubsetName`.
   * @default 'canary'
   */
  readonly canaryName?: string;

  /**
   * Labels that the pods of both subsets have. The controller adds the pod-template hash.
   * @default - `app: <name>`
   */
  readonly labels?: { [key: string]: string };

  /**
   * Additional subsets with a fixed share. They are in a separate DestinationRule, since the controller removes unknown
   * subsets from the one that it manages.
   * Becomes `additionalSubsetNames`.
   * @default - none
   */
  readonly additional?: AdditionalSubset[];

  /**
   * The name of the DestinationRule.
   * Becomes `destinationRule.name`.
   * @default - `<name>-destrule`
   */
  readonly destinationRuleName?: string;
}

/**
 * What distinguishes the versions in routes: Services or subsets.
 *
 * @exampleMetadata fixture=app
 * @example
 * new CanaryApp(chart, 'checkout', {
 *   image: 'registry.example.com/checkout:1.4.2',
 *   port: 8080,
 *   hosts: ['checkout.example.com'],
 *   prometheus: 'http://prometheus.monitoring:9090',
 *   traffic: { splitBy: SplitBy.subsets() },
 * });
 */
export class SplitBy {
  /**
   * Two Services, one for each version.
   *
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/#host-level-traffic-splitting
   */
  public static services(): SplitBy {
    return new SplitBy(undefined, false);
  }

  /**
   * Two subsets of one Service, in a DestinationRule whose labels the controller sets. The Services of the versions
   * exist as well: without them Argo Rollouts switches the subsets before the pods are ready, or gets stuck.
   *
   * @param options The names, and additional subsets.
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/#subset-level-traffic-splitting
   */
  public static subsets(options: SubsetOptions = {}): SplitBy {
    return new SplitBy(options, false);
  }

  /**
   * Two subsets in an existing DestinationRule in the namespace of the Rollout.
   *
   * @param ruleName The name.
   * @param options The names of its subsets, and its host.
   */
  public static existingSubsets(ruleName: string, options: SubsetOptions = {}): SplitBy {
    return new SplitBy({ ...options, destinationRuleName: ruleName }, true, options);
  }

  /** Always true. Go compares types by their members, and so tells a SplitBy from other values. */
  public get isSplitBy(): boolean {
    return true;
  }

  private constructor(
    /** @internal */
    public readonly _subsets: SubsetOptions | undefined,
    /** Whether the DestinationRule exists already. @internal */
    public readonly _existing: boolean,
    /** The options as they are given. */
    private readonly options: SubsetOptions = {},
  ) {}

  /** @internal */
  public _problems(): Found[] {
    if (this._subsets === undefined) return [];
    const { stableName = 'stable', canaryName = 'canary', additional = [], destinationRuleName } = this._subsets;
    const problems: Found[] = [
      dnsLabelProblem("the stable subset's name", stableName),
      dnsLabelProblem("the canary subset's name", canaryName),
      this._existing ? dnsLabelProblem('the name of the DestinationRule', destinationRuleName ?? '') : undefined,
    ];
    if (this._existing) problems.push(...this.unused());
    if (stableName === canaryName) {
      problems.push(`the stable and the canary subset are both called ${quoted(stableName)}; give each its own name`);
    }
    for (const { name, weight } of additional) {
      if (name === stableName || name === canaryName) {
        problems.push(`an additional subset is called ${quoted(name)} as one of the versions is; give it its own name`);
      }
      if (!isBetween(weight, 1, 100)) {
        problems.push(`the weight of subset ${quoted(name)} is ${weight}; use a whole number from 1 to 100`);
      }
    }
    const sum = additional.reduce((total, { weight }) => total + weight, 0);
    if (sum >= 100) {
      problems.push(`the additional subsets have ${sum} % together, which leaves nothing to the app; give them less`);
    }
    return problems;
  }

  /** Options of a DestinationRule that exists. It states them itself. The labels of a subset must be given in any case. */
  private unused(): Found[] {
    const { labels, destinationRuleName, additional = [] } = this.options;
    const found = (path: string, what: string) =>
      at(path, `${what} has no effect, because the DestinationRule exists and states it; leave it out`);
    return [
      destinationRuleName === undefined ? undefined : found('destinationRuleName', 'destinationRuleName'),
      labels === undefined ? undefined : found('labels', 'labels'),
      additional.map((subset, i) =>
        (['trafficPolicy'] as const).map((field) =>
          subset[field] === undefined
            ? undefined
            : found(`additional[${i}].${field}`, `${field} of subset ${quoted(subset.name)}`),
        ),
      ),
    ];
  }
}
