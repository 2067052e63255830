import * as argo from '../../imports/argoproj.io';
import { blueGreenProblems, BlueGreenStrategyOptions, renderBlueGreen } from './blue-green';
import { canaryProblems } from './canary-problems';
import { renderCanary } from './canary-rendering';
import { CanaryStrategyOptions } from './canary-strategy';
import { type Found } from '../formats/option-problem';

/**
 * The strategy of a Rollout.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 * @exampleMetadata fixture=app
 * @example
 * const strategy = RolloutStrategy.blueGreen({
 *   activeService: 'checkout',
 *   previewService: 'checkout-preview',
 *   autoPromotion: false,
 * });
 */
export class RolloutStrategy {
  /**
   * A canary: the new version receives a growing share of the requests, step by step.
   *
   * @param options The steps and their settings.
   */
  public static canary(options: CanaryStrategyOptions): RolloutStrategy {
    return new RolloutStrategy(
      () => canaryProblems(options),
      () => ({ canary: renderCanary(options) }),
    );
  }

  /**
   * Blue-green: the new version receives all requests at once, after it was tested at full size.
   *
   * @param options The Services, and the analyses before and after the promotion.
   */
  public static blueGreen(options: BlueGreenStrategyOptions): RolloutStrategy {
    return new RolloutStrategy(
      (revisionHistoryLimit) => blueGreenProblems(options, revisionHistoryLimit),
      () => ({ blueGreen: renderBlueGreen(options) }),
    );
  }

  /** Always true. Go compares types by their members, and so tells a RolloutStrategy from other values. */
  public get isRolloutStrategy(): boolean {
    return true;
  }

  private constructor(
    private readonly problems: (revisionHistoryLimit: number | undefined) => Found[],
    private readonly render: () => argo.RolloutSpecStrategy,
  ) {}

  /** @internal */
  public _problems(revisionHistoryLimit?: number): Found[] {
    return this.problems(revisionHistoryLimit);
  }

  /** @internal */
  public _toKube(): argo.RolloutSpecStrategy {
    return this.render();
  }
}
