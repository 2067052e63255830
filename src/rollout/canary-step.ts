import { Duration } from 'cdk8s';
import * as argo from '../../imports/argoproj.io';
import { IAnalysisTemplate } from '../analysis/analysis-template';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
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

/** What a step needs of a traffic router, by the name that a message has for it. */
type TrafficNeed = 'setHeaderRoute' | 'setMirrorRoute' | 'canaryScale' | 'a weight of an experiment';

/** A route that the controller puts before those of the VirtualService, or takes away again. */
interface ManagedRoute {
  readonly kind: 'setHeaderRoute' | 'setMirrorRoute';
  readonly name: string;
  readonly removed: boolean;
}

/** What a strategy must know of a step to put it beside others. */
interface StepTraits {
  readonly usesOwnAnalyses?: boolean;
  readonly needs?: TrafficNeed;
  readonly weight?: number;
  readonly route?: ManagedRoute;
  /** Whether the canary has pods when the step has ended, whatever came before. */
  readonly startsCanary?: boolean;
}

/**
 * A step of a canary. Steps follow one another; after the last, all traffic goes to the new version. `CanaryPlan` has
 * ready-made sequences.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 */
export class CanaryStep {
  /**
   * Sends a share of the requests to the canary, and waits until enough of its pods are there.
   *
   * @param weight In percent, a whole number from 0 to 100; more where the strategy has a `maxTrafficWeight`.
   * @param options How long to stay.
   */
  public static setWeight(weight: number, options: SetWeightOptions = {}): CanaryStep {
    const { pause } = options;
    return new CanaryStep(
      () => [positiveDurationProblem('the pause of setWeight', pause)],
      () => [{ setWeight: weight }, ...(pause ? [pauseStep(pause)] : [])],
      { weight, startsCanary: weight > 0 },
    );
  }

  /**
   * Waits.
   *
   * @param duration How long. Default: until a person promotes or aborts.
   */
  public static pause(duration?: Duration): CanaryStep {
    return new CanaryStep(
      () => [positiveDurationProblem('pause', duration)],
      () => [pauseStep(duration)],
    );
  }

  /**
   * Runs analyses, and goes on when they are successful. When one fails or ends in an error, the rollout is aborted and
   * all traffic goes back to the stable version; when one is inconclusive, the rollout waits for a person.
   *
   * @param options Which analyses, with which arguments. Default: the app's own.
   */
  public static analysis(options: RolloutAnalysis = {}): CanaryStep {
    return new CanaryStep(
      (own) => analysisProblems('analysis', options, own, true),
      (own) => [{ analysis: renderAnalysis(options, own) }],
      { usesOwnAnalyses: options.templates === undefined },
    );
  }

  /**
   * Starts pods of both versions beside the Rollout's own, and compares them.
   *
   * @param options The pods, for how long, and what is judged.
   */
  public static experiment(options: ExperimentOptions): CanaryStep {
    return new CanaryStep(
      () => experimentProblems(options),
      () => [renderExperiment(options)],
      { needs: hasWeights(options) ? 'a weight of an experiment' : undefined },
    );
  }

  /**
   * Gives the canary other pods than its share of the requests asks for, until a later `canaryScale`: the step
   * `setCanaryScale`. Needs traffic routing. A share of requests greater than that of the pods overloads the canary.
   *
   * @param scale How many.
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
   * Sends requests with these headers to the canary, all of them, whatever the weight. Needs pods: set a `canaryScale`
   * before. The route is listed under `managedRoutes`, and taken away after the last step, if no step does so.
   *
   * @param name The route's name, unlike those of the VirtualService's own routes.
   * @param matches Which requests: those that match all of these.
   */
  public static setHeaderRoute(name: string, matches: HeaderMatch[]): CanaryStep {
    return new CanaryStep(
      () => headerRouteProblems(name, matches),
      () => [renderHeaderRoute(name, matches)],
      { needs: 'setHeaderRoute', route: { kind: 'setHeaderRoute', name, removed: false } },
    );
  }

  /**
   * Takes a header route away.
   *
   * @param name Its name.
   */
  public static removeHeaderRoute(name: string): CanaryStep {
    return new CanaryStep(
      () => [routeNameProblem('removeHeaderRoute', name)],
      () => [{ setHeaderRoute: { name } }],
      { needs: 'setHeaderRoute', route: { kind: 'setHeaderRoute', name, removed: true } },
    );
  }

  /**
   * Sends copies of requests to the canary, and throws its answers away. Needs pods: set a `canaryScale` before. The
   * route is taken away after the last step, if no step does so.
   *
   * @param name The route's name, unlike those of the VirtualService's own routes.
   * @param options Which requests, and how many of them.
   */
  public static setMirrorRoute(name: string, options: MirrorRouteOptions): CanaryStep {
    return new CanaryStep(
      () => mirrorRouteProblems(name, options),
      () => [renderMirrorRoute(name, options)],
      { needs: 'setMirrorRoute', route: { kind: 'setMirrorRoute', name, removed: false } },
    );
  }

  /**
   * Takes a mirror route away.
   *
   * @param name Its name.
   */
  public static removeMirrorRoute(name: string): CanaryStep {
    return new CanaryStep(
      () => [routeNameProblem('removeMirrorRoute', name)],
      () => [{ setMirrorRoute: { name } }],
      { needs: 'setMirrorRoute', route: { kind: 'setMirrorRoute', name, removed: true } },
    );
  }

  /**
   * A step that a plugin of the controller does.
   *
   * @param name The plugin's name, such as `argoproj-labs/step-exec`.
   * @param config What it takes, in its own shape. Default: nothing.
   */
  public static plugin(name: string, config?: { [key: string]: unknown }): CanaryStep {
    const problem = /^[^/\s]+\/[^/\s]+$/.test(name)
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

  private constructor(
    private readonly problems: (own: IAnalysisTemplate[]) => (string | undefined)[],
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
  public _problems(own: IAnalysisTemplate[], maxWeight = 100): string[] {
    const { weight } = this._traits;
    const problems = this.problems(own);
    if (weight !== undefined && (!Number.isInteger(weight) || weight < 0 || weight > maxWeight)) {
      problems.push(
        `setWeight is ${weight}; use a whole number from 0 to ${maxWeight}${maxWeight === 100 ? ', in percent' : ''}`,
      );
    }
    return problems.filter((problem) => problem !== undefined);
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
