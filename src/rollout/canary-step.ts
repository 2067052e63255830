import { Duration } from 'cdk8s';
import * as argo from '../../imports/argoproj.io';
import { AnalysisArg } from '../analysis/arg';
import { IAnalysisTemplate } from '../analysis/analysis-template';
import { positiveDurationProblem, writeDuration } from '../formats/duration';

/**
 * Options for `CanaryStep.setWeight`.
 */
export interface SetWeightOptions {
  /**
   * How long to stay at this weight. The step itself ends as soon as the pods are there: without a pause or an analysis
   * after it, the canary is not tried at this weight at all. Becomes a pause step.
   * @default - the next step follows at once
   */
  readonly pause?: Duration;
}

/**
 * Options for `CanaryStep.analysis`.
 */
export interface AnalysisStepOptions {
  /**
   * The analyses, which run together.
   * @default - those of the app that the step belongs to
   */
  readonly templates?: IAnalysisTemplate[];

  /**
   * What is passed to them, beside what they ask for by themselves.
   * @default - none
   */
  readonly args?: AnalysisArg[];
}

/**
 * A step of a canary. Steps follow one another; after the last, all traffic goes to the new version.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 */
export class CanaryStep {
  /**
   * Sends a share of the requests to the canary, and waits until enough of its pods are there.
   *
   * @param weight In percent, a whole number from 0 to 100.
   * @param options How long to stay.
   */
  public static setWeight(weight: number, options: SetWeightOptions = {}): CanaryStep {
    const { pause } = options;
    const problems: (string | undefined)[] = [positiveDurationProblem('the pause of setWeight', pause)];
    if (!Number.isInteger(weight) || weight < 0 || weight > 100) {
      problems.push(`setWeight is ${weight}; use a whole number from 0 to 100, in percent`);
    }
    return new CanaryStep(problems, () => [{ setWeight: weight }, ...(pause ? [pauseStep(pause)] : [])]);
  }

  /**
   * Waits.
   *
   * @param duration How long. Default: until a person promotes or aborts.
   */
  public static pause(duration?: Duration): CanaryStep {
    return new CanaryStep([positiveDurationProblem('pause', duration)], () => [pauseStep(duration)]);
  }

  /**
   * Runs analyses, and goes on when they are successful. When one fails or ends in an error, the rollout is aborted and
   * all traffic goes back to the stable version; when one is inconclusive, the rollout waits for a person.
   *
   * @param options Which analyses, with which arguments. Default: the app's own.
   */
  public static analysis(options: AnalysisStepOptions = {}): CanaryStep {
    const problems =
      options.templates?.length === 0 ? ['analysis has an empty list of templates; name at least one'] : [];
    return new CanaryStep(problems, (own) => [{ analysis: renderAnalysis(options.templates ?? own, options.args) }], {
      usesOwnAnalyses: options.templates === undefined,
    });
  }

  private constructor(
    private readonly problems: readonly (string | undefined)[],
    private readonly render: (own: IAnalysisTemplate[]) => argo.RolloutSpecStrategyCanarySteps[],
    private readonly traits: { readonly usesOwnAnalyses?: boolean } = {},
  ) {}

  /**
   * Whether the step is an analysis that names no template, and so means those of its app.
   * @internal
   */
  public get _usesOwnAnalyses(): boolean {
    return this.traits.usesOwnAnalyses ?? false;
  }

  /** @internal */
  public _problems(own: IAnalysisTemplate[]): string[] {
    const nameless = this._usesOwnAnalyses && own.length === 0;
    return [
      ...this.problems.filter((problem) => problem !== undefined),
      ...(nameless ? ['analysis names no template, and there is none to mean; give templates: […]'] : []),
    ];
  }

  /** @internal */
  public _toKube(own: IAnalysisTemplate[]): argo.RolloutSpecStrategyCanarySteps[] {
    return this.render(own);
  }
}

function pauseStep(duration: Duration | undefined): argo.RolloutSpecStrategyCanarySteps {
  const Pause = argo.RolloutSpecStrategyCanaryStepsPauseDuration;
  return { pause: duration ? { duration: Pause.fromString(writeDuration(duration)) } : {} };
}

/** Arguments that the step states win over those that the templates ask for. */
function renderAnalysis(templates: IAnalysisTemplate[], stated: AnalysisArg[] = []) {
  const args = new Map(
    [...templates.flatMap((template) => template.rolloutArgs), ...stated].map((arg) => [arg.name, arg]),
  );
  return {
    templates: templates.map(({ templateName, clusterScope }) => ({
      templateName,
      clusterScope: clusterScope || undefined,
    })),
    args:
      args.size > 0
        ? [...args.values()].map((arg) => arg._toKube() as argo.RolloutSpecStrategyCanaryStepsAnalysisArgs)
        : undefined,
  };
}
