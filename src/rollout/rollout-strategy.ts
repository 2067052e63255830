import * as argo from '../../imports/argoproj.io';
import { blueGreenProblems, BlueGreenStrategyOptions, renderBlueGreen } from './blue-green';
import { canaryProblems } from './canary-problems';
import { renderCanary } from './canary-rendering';
import { CanaryStrategyOptions } from './canary-strategy';

/**
 * The strategy of a Rollout.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export class RolloutStrategy {
  /**
   * A new version gets a growing share of the requests, step by step.
   *
   * @param options The steps, and what they need.
   */
  public static canary(options: CanaryStrategyOptions): RolloutStrategy {
    return new RolloutStrategy(
      () => canaryProblems(options),
      () => ({ canary: renderCanary(options) }),
    );
  }

  /**
   * A new version gets all requests at once, after it was looked at in full size.
   *
   * @param options The Services, and what must succeed before and after.
   */
  public static blueGreen(options: BlueGreenStrategyOptions): RolloutStrategy {
    return new RolloutStrategy(
      (revisionHistoryLimit) => blueGreenProblems(options, revisionHistoryLimit),
      () => ({ blueGreen: renderBlueGreen(options) }),
    );
  }

  private constructor(
    private readonly problems: (revisionHistoryLimit: number | undefined) => string[],
    private readonly render: () => argo.RolloutSpecStrategy,
  ) {}

  /** @internal */
  public _problems(revisionHistoryLimit?: number): string[] {
    return this.problems(revisionHistoryLimit);
  }

  /** @internal */
  public _toKube(): argo.RolloutSpecStrategy {
    return this.render();
  }
}
