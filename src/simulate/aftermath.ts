import {
  type AnalysisModel,
  blueGreenStages,
  disruptionOf,
  LONGEST_TAIL,
  type MetricModel,
  type RolloutModel,
  run,
  type RunPhase,
  type Trace,
  type World,
} from '../controller';

/** What follows an abort. */
export interface Tail {
  /** What the canary still gets until its weight is 0, a stretch of one share each. */
  readonly stretches: readonly { readonly seconds: number; readonly share: number }[];
  /** Seconds during which no pod of either version serves; Infinity where it does not end by itself. */
  readonly outageSeconds: number;
  /** Never is its weight 0. */
  readonly incomplete: boolean;
}

/** When an analysis ends, in seconds from the start of its run, and how. */
interface End {
  readonly after: number;
  readonly phase: RunPhase;
}

/** For an abort that completes normally. */
const NO_TAIL: Tail = { stretches: [], outageSeconds: 0, incomplete: false };

/** An analysis that ends after the update. */
const NEVER: End = { after: Infinity, phase: 'Successful' };

/**
 * What the controller does after the verdict of an analysis: its model runs the update again, with analyses that end as
 * stated. All analyses of earlier steps succeed.
 */
export class Aftermath {
  /** @param backgroundFrom when the background analysis starts in a healthy update, in seconds */
  constructor(
    private readonly rollout: RolloutModel,
    private readonly world: World,
    private readonly backgroundFrom: number,
  ) {}

  /**
   * What follows an abort. With dynamicStableScale the canary keeps traffic until the stable pods are back, which start as all
   * pods do. Without a router the stable version may have lost pods, too. All other aborts give all traffic back at once.
   *
   * @param at seconds from the start of a healthy update
   * @param step the step whose analysis fails; undefined: the background analysis fails
   * @param from when the current step starts in a healthy update, in seconds
   */
  ofAbort(at: number, step: number | undefined, current: number | undefined, from: number): Tail {
    const { dynamicStableScale, trafficRouting, maxTrafficWeight } = this.rollout;
    if (!dynamicStableScale && trafficRouting !== undefined) return NO_TAIL;
    const failure: End = { after: at - (step === undefined ? this.backgroundFrom : from), phase: 'Failed' };
    const { frames } = step === undefined ? this.trace(failure, NEVER, current) : this.trace(NEVER, failure, current);
    const after = frames.filter(({ aborted }) => aborted);
    const { outageSeconds, abortIncomplete } = disruptionOf(
      this.rollout,
      after.length === 0 ? frames.slice(-1) : after,
    );
    const stretches = frames.flatMap(({ time, weight, promoted }, i) => {
      const share = weight / maxTrafficWeight;
      const next = frames[i + 1]?.time ?? (share > 0 ? at + LONGEST_TAIL : time);
      return time < at || promoted || next <= time ? [] : { seconds: next - time, share };
    });
    return { stretches, outageSeconds: outageSeconds ?? Infinity, incomplete: abortIncomplete };
  }

  /**
   * What follows a background analysis that ends inconclusive, while nobody resumes the rollout.
   *
   * @param at seconds from the start of a healthy update
   * @param current the step at which it ends; undefined behind the last
   * @param inlineSeconds how long the analysis of that step takes until it succeeds; undefined: it has none
   */
  ofInconclusive(at: number, current: number | undefined, inlineSeconds: number | undefined): Trace {
    const inline: End = inlineSeconds === undefined ? NEVER : { after: inlineSeconds, phase: 'Successful' };
    return this.trace({ after: at - this.backgroundFrom, phase: 'Inconclusive' }, inline, current);
  }

  private trace(background: End, inline: End, current: number | undefined): Trace {
    const phases = new Map<MetricModel, RunPhase>();
    const ending = ({ after, phase }: End): AnalysisModel => {
      const metric = metricEnding(after);
      phases.set(metric, phase);
      return { templates: ['verdict'], metrics: [metric] };
    };
    let { rollout } = this;
    if (rollout.background)
      rollout = { ...rollout, background: { ...rollout.background, analysis: ending(background) } };
    if (current !== undefined && rollout.steps[current]?.analysis) {
      rollout = withAnalysis(rollout, current, ending(inline));
    }
    return run(rollout, {
      ...this.world,
      measure: (_, metric) => ({ phase: (phases.get(metric) ?? 'Successful') as 'Successful' | 'Failed' }),
      // Nobody resumes a rollout whose analysis is inconclusive.
      person: (reason, step) => (reason === 'InconclusiveAnalysisRun' ? undefined : this.world.person?.(reason, step)),
    });
  }
}

const metricEnding = (initialDelay: number): MetricModel => ({
  name: 'verdict',
  initialDelay: initialDelay === 0 ? undefined : initialDelay,
  count: 1,
  failureLimit: 0,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 0,
  consecutiveSuccessLimit: 0,
  dryRun: false,
  provider: 'verdict',
});

/** The rollout with another analysis at one of its steps, or stages. */
function withAnalysis(rollout: RolloutModel, index: number, analysis: AnalysisModel): RolloutModel {
  const { blueGreen, steps } = rollout;
  if (blueGreen === undefined) {
    return { ...rollout, steps: steps.map((step, i) => (i === index ? { ...step, analysis } : step)) };
  }
  const changed =
    steps[index].stage === 'pre-promotion'
      ? { ...blueGreen, prePromotion: analysis }
      : { ...blueGreen, postPromotion: analysis };
  return { ...rollout, blueGreen: changed, steps: blueGreenStages(changed) };
}
