import * as argo from '../../imports/argoproj.io';
import { IAnalysisTemplate } from '../analysis/analysis-template';
import { quoted } from '../formats/names';
import { ITrafficSplit } from '../traffic/traffic-split';
import { CanaryStep } from './canary-step';

/**
 * How a canary is rolled out.
 */
export interface CanaryStrategyOptions {
  /**
   * What happens, one after the other. At least one step: without steps, all traffic goes to the new version at once.
   */
  readonly steps: CanaryStep[];

  /**
   * What sends the canary its share of the requests, and names the stable and the canary Service.
   * @default - no traffic routing: the share of the pods is the share of the requests
   */
  readonly traffic?: ITrafficSplit;

  /**
   * The analyses that `CanaryStep.analysis()` means when it names none.
   * @default - none: each analysis step names its own
   */
  readonly analyses?: IAnalysisTemplate[];
}

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
    return new RolloutStrategy(options);
  }

  private constructor(private readonly options: CanaryStrategyOptions) {}

  /** @internal */
  public _problems(): string[] {
    const { steps, analyses = [], traffic } = this.options;
    const problems = steps.flatMap((step, i) => step._problems(analyses).map((problem) => `steps[${i}]: ${problem}`));
    if (steps.length === 0) {
      problems.push('steps is empty, so all traffic would go to the new version at once; give at least one step');
    }
    const routing = traffic?.toTrafficRouting();
    if (routing && routing.stableService === routing.canaryService) {
      problems.push(
        `the stable and the canary Service are both ${quoted(routing.stableService)}; Argo Rollouts needs two different Services`,
      );
    }
    return problems;
  }

  /** @internal */
  public _toKube(): argo.RolloutSpecStrategy {
    const { steps, analyses = [], traffic } = this.options;
    const routing = traffic?.toTrafficRouting();
    return {
      canary: {
        canaryService: routing?.canaryService,
        stableService: routing?.stableService,
        trafficRouting: routing?.routing,
        steps: steps.flatMap((step) => step._toKube(analyses)),
      },
    };
  }
}
