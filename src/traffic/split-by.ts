import { dnsLabelProblem, quoted } from '../formats/names';
import { isBetween } from './http-redirect';
import { DestinationSubset } from './istio-destination-rule';

/**
 * A subset that gets a fixed share of the requests beside stable and canary, whatever the rollout does.
 */
export interface AdditionalSubset extends DestinationSubset {
  /**
   * Its share of the requests, in percent. What is left is the stable version's between rollouts.
   */
  readonly weight: number;
}

/**
 * Options for `SplitBy.subsets`.
 */
export interface SubsetOptions {
  /**
   * The Service of all pods, whose subsets stable and canary are.
   * @default - `<name>`
   */
  readonly host?: string;

  /**
   * The name of the stable version's subset.
   * Becomes `stableSubsetName`.
   * @default 'stable'
   */
  readonly stableName?: string;

  /**
   * The name of the canary's subset.
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
   * Further subsets with a fixed share. They come in a DestinationRule of their own, since the controller takes those
   * that
   * it does not know out of the one that it writes.
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
 * By what the routes tell the versions apart.
 */
export class SplitBy {
  /**
   * By two Services, one for each version.
   *
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/#host-level-traffic-splitting
   */
  public static services(): SplitBy {
    return new SplitBy(undefined, false);
  }

  /**
   * By two subsets of one Service, in a DestinationRule whose labels the controller sets. The two Services of the
   * versions
   * are there all the same: without them Argo Rollouts switches the subsets before the pods are ready, or gets stuck.
   *
   * @param options Names, and further subsets.
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/#subset-level-traffic-splitting
   */
  public static subsets(options: SubsetOptions = {}): SplitBy {
    return new SplitBy(options, false);
  }

  /**
   * By two subsets in a DestinationRule that exists already, in the Rollout's namespace.
   *
   * @param ruleName Its name.
   * @param options The names of its subsets, and its host.
   */
  public static existingSubsets(ruleName: string, options: SubsetOptions = {}): SplitBy {
    return new SplitBy({ ...options, destinationRuleName: ruleName }, true);
  }

  private constructor(
    /** @internal */
    public readonly _subsets: SubsetOptions | undefined,
    /** Whether the DestinationRule exists already. @internal */
    public readonly _existing: boolean,
  ) {}

  /** @internal */
  public _problems(): string[] {
    if (this._subsets === undefined) return [];
    const { stableName = 'stable', canaryName = 'canary', additional = [], destinationRuleName } = this._subsets;
    const problems: (string | undefined)[] = [
      dnsLabelProblem("the stable subset's name", stableName),
      dnsLabelProblem("the canary subset's name", canaryName),
      this._existing ? dnsLabelProblem('the name of the DestinationRule', destinationRuleName ?? '') : undefined,
    ];
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
    return problems.filter((problem) => problem !== undefined);
  }
}
