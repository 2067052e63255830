import { isPluginName } from '../formats/argo-rollouts/provider-problems';
import { Duration } from 'cdk8s';
import * as argo from '../../imports/argoproj.io';
import { IAnalysisTemplate } from '../analysis/analysis-template';
import { positiveDurationProblem, wholeSecondsProblem, writeDuration } from '../formats/duration';
import { CanaryScale } from './canary-scale';
import { experimentProblems, ExperimentOptions, hasWeights, renderExperiment } from './experiment';
import {
  HeaderMatch,
  headerRouteProblems,
  MirrorRouteOptions,
  mirrorRouteProblems,
  renderHeaderRoute,
  renderMirrorRoute,
  routeNameProblem,
} from './managed-route';
import { analysisProblems, renderAnalysis, RolloutAnalysis } from './rollout-analysis';
import { at, type Found } from '../formats/option-problem';

/**
 * Options for `CanaryStep.setWeight`.
 */
export interface SetWeightOptions {
  /**
   * The duration of this weight. The step itself ends as soon as the pods are available: without a pause or an analysis
   * after it, the canary is not tested at this weight. Becomes a pause step.
   * @default - none: the next step follows at once
   */
  readonly pause?: Duration;
}

/** What a step needs of a traffic router, by the name that a message has for it. */
type TrafficNeed = 'setHeaderRoute' | 'setMirrorRoute' | 'canaryScale' | 'a weight of an experiment';

/** A route that the controller puts before those of the VirtualService, or takes away again. */
interface ManagedRoute {
  readonly kind: 'setHeaderRoute' | 'setMirrorRoute';
  readonly name: string;
  readonly removed: boolean;
}

/** The properties of a step that a strategy needs to check it together with the other steps. */
interface StepTraits {
  readonly usesOwnAnalyses?: boolean;
  readonly needs?: TrafficNeed;
  readonly weight?: number;
  readonly route?: ManagedRoute;
  /** Whether the canary has pods when the step has ended, whatever the steps before it. */
  readonly startsCanary?: boolean;
}

/**
 * A step of a canary. Steps run in order; after the last one, all traffic goes to the new version. `CanaryPlan` has
 * predefined sequences.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 * @exampleMetadata fixture=app
 * @example
 * const steps = [
 *   CanaryStep.setWeight(5),
 *   CanaryStep.pause(Duration.minutes(10)),
 *   CanaryStep.analysis(),
 *   CanaryStep.setWeight(50),
 *   // Without a duration the rollout waits for manual approval.
 *   CanaryStep.pause(),
 * ];
 */
export class CanaryStep {
  /**
   * Sends a share of the requests to the canary, and waits until enough of its pods are available.
   *
   * @param weight The weight in percent, a whole number from 0 to 100; larger if the strategy has a `maxTrafficWeight`.
   * @param options The duration of this weight.
   */
  public static setWeight(weight: number, options: SetWeightOptions = {}): CanaryStep {
    const { pause } = options;
    return new CanaryStep(
      () => [pauseProblem('the pause of setWeight', pause)],
      () => [{ setWeight: weight }, ...(pause ? [pauseStep(pause)] : [])],
      { weight, startsCanary: weight > 0 },
    );
  }

  /**
   * Pauses the rollout.
   *
   * @param duration The duration of the pause, in whole seconds. Default: until manual approval or abort.
   */
  public static pause(duration?: Duration): CanaryStep {
    return new CanaryStep(
      () => [at('pause', pauseProblem('pause', duration))],
      () => [pauseStep(duration)],
    );
  }

  /**
   * Runs analyses, and continues if they are successful. If one fails or ends in an error, the rollout is aborted and
   * all traffic returns to the stable version. If one is inconclusive, the rollout pauses for a manual decision.
   *
   * @param options The analyses and their arguments. Default: those of the app.
   */
  public static analysis(options: RolloutAnalysis = {}): CanaryStep {
    return new CanaryStep(
      (own) => analysisProblems('analysis', options, own, true),
      (own) => [{ analysis: renderAnalysis(options, own) }],
      { usesOwnAnalyses: options.templates === undefined },
    );
  }

  /**
   * Starts separate pods of both versions, and compares them.
   *
   * @param options The pods, the duration and the analyses.
   */
  public static experiment(options: ExperimentOptions): CanaryStep {
    return new CanaryStep(
      () => experimentProblems(options),
      () => [renderExperiment(options)],
      { needs: hasWeights(options) ? 'a weight of an experiment' : undefined },
    );
  }

  /**
   * Sets the number of canary pods independently of the weight, until a later `canaryScale`: the step `setCanaryScale`.
   * Needs traffic routing. A weight greater than the share of pods overloads the canary.
   *
   * @param scale The number of pods.
   */
  public static canaryScale(scale: CanaryScale): CanaryStep {
    const { replicas = 0, weight = 0 } = scale._toKube();
    return new CanaryStep(
      () => [scale._problem],
      () => [{ setCanaryScale: scale._toKube() }],
      { needs: 'canaryScale', startsCanary: replicas > 0 || weight > 0 },
    );
  }

  /**
   * Sends all requests with these headers to the canary, whatever the weight. Needs pods: set a `canaryScale` before.
   * The route is listed in `managedRoutes`, and removed after the last step if no step removes it.
   *
   * @param name The name of the route; no route of the VirtualService may have it.
   * @param matches The requests: those that match all of these.
   */
  public static setHeaderRoute(name: string, matches: HeaderMatch[]): CanaryStep {
    return new CanaryStep(
      () => headerRouteProblems(name, matches),
      () => [renderHeaderRoute(name, matches)],
      { needs: 'setHeaderRoute', route: { kind: 'setHeaderRoute', name, removed: false } },
    );
  }

  /**
   * Removes a header route.
   *
   * @param name The name of the route.
   */
  public static removeHeaderRoute(name: string): CanaryStep {
    return new CanaryStep(
      () => [routeNameProblem('removeHeaderRoute', name)],
      () => [{ setHeaderRoute: { name } }],
      { needs: 'setHeaderRoute', route: { kind: 'setHeaderRoute', name, removed: true } },
    );
  }

  /**
   * Sends copies of requests to the canary, and discards its responses. Needs pods: set a `canaryScale` before. The
   * route is removed after the last step if no step removes it.
   *
   * @param name The name of the route; no route of the VirtualService may have it.
   * @param options The requests, and the share of them to mirror.
   */
  public static setMirrorRoute(name: string, options: MirrorRouteOptions): CanaryStep {
    return new CanaryStep(
      () => mirrorRouteProblems(name, options),
      () => [renderMirrorRoute(name, options)],
      { needs: 'setMirrorRoute', route: { kind: 'setMirrorRoute', name, removed: false } },
    );
  }

  /**
   * Removes a mirror route.
   *
   * @param name The name of the route.
   */
  public static removeMirrorRoute(name: string): CanaryStep {
    return new CanaryStep(
      () => [routeNameProblem('removeMirrorRoute', name)],
      () => [{ setMirrorRoute: { name } }],
      { needs: 'setMirrorRoute', route: { kind: 'setMirrorRoute', name, removed: true } },
    );
  }

  /**
   * A step that a plugin of the controller runs.
   *
   * @param name The plugin's name, such as `argoproj-labs/step-exec`.
   * @param config The configuration of the plugin, in its own format. Default: none.
   */
  public static plugin(name: string, config?: { [key: string]: unknown }): CanaryStep {
    const problem = isPluginName(name)
      ? undefined
      : `the plugin is called '${name}'; plugins have names such as 'argoproj-labs/step-exec'`;
    return new CanaryStep(
      () => [problem],
      () => [{ plugin: { name, config } }],
    );
  }

  /**
   * A step that is refused with a message, where a plan was given what makes no sense.
   * @internal
   */
  public static _refused(problem: string): CanaryStep {
    return new CanaryStep(
      () => [problem],
      () => [],
    );
  }

  /** Always true. Go compares types by their members, and so tells a CanaryStep from other values. */
  public get isCanaryStep(): boolean {
    return true;
  }

  private constructor(
    private readonly problems: (own: IAnalysisTemplate[]) => Found[],
    private readonly render: (own: IAnalysisTemplate[]) => argo.RolloutSpecStrategyCanarySteps[],
    /** @internal */
    public readonly _traits: StepTraits = {},
  ) {}

  /**
   * Whether the step is an analysis that names no template, and so means those of its app.
   * @internal
   */
  public get _usesOwnAnalyses(): boolean {
    return this._traits.usesOwnAnalyses ?? false;
  }

  /** @internal */
  public _problems(own: IAnalysisTemplate[], maxWeight = 100): Found[] {
    const { weight } = this._traits;
    const problems = this.problems(own);
    if (weight !== undefined && (!Number.isInteger(weight) || weight < 0 || weight > maxWeight)) {
      problems.push(
        `setWeight is ${weight}; use a whole number from 0 to ${maxWeight}${maxWeight === 100 ? ', in percent' : ''}`,
      );
    }
    return problems;
  }

  /** @internal */
  public _toKube(own: IAnalysisTemplate[]): argo.RolloutSpecStrategyCanarySteps[] {
    return this.render(own);
  }
}

/** The controller drops the fraction of a second, so that less than a second is no pause. */
function pauseProblem(name: string, duration: Duration | undefined): string | undefined {
  return positiveDurationProblem(name, duration) ?? wholeSecondsProblem(name, duration);
}

function pauseStep(duration: Duration | undefined): argo.RolloutSpecStrategyCanarySteps {
  const Pause = argo.RolloutSpecStrategyCanaryStepsPauseDuration;
  return { pause: duration ? { duration: Pause.fromString(writeDuration(duration)) } : {} };
}
