import type { RolloutModel } from '../../controller';
import { lengthOfTime } from '../../formats/go-duration';
import { planRollout, stepText, trafficLine } from '../../plan';
import {
  type Figure,
  figuresOf,
  isAnalysed,
  NeverPromoted,
  NotSimulated,
  outcomeParts,
  simulateInStages,
  type Simulation,
} from '../../simulate';
import { QueryNotRecognised, type TrafficProfile, wholeProfile } from '../../traffic-model';
import { UnsupportedExpression } from '../../expr';
import type { OutcomePart, TrafficLine } from '../../charts';
import type { Draft } from './draft';
import type { Change, Source } from './source';

/** What a draft comes to, as far as it is known. */
export interface Evaluation {
  /** The canary's share over time. */
  readonly traffic: TrafficLine;
  /** The plan in one line. */
  readonly headline: string;
  /** What each step does, in words: those of the model, which are as many as the draft's. */
  readonly steps: readonly string[];
  readonly change: Change;
  /** Undefined where nothing can be simulated; `problems` says why. */
  readonly simulation?: Simulation;
  readonly figures: readonly Figure[];
  readonly outcome: readonly OutcomePart[];
  /** What is wrong, or deserves to be known. */
  readonly problems: readonly string[];
  /** The detection curve has all its points. */
  readonly done: boolean;
}

export interface Conditions {
  readonly profile: Partial<TrafficProfile>;
  readonly runs: number;
  readonly seed: number;
}

/** A draft that cannot be planned: a line for each reason. */
export interface Refusal {
  readonly problems: readonly string[];
}

const isKnown = (error: unknown): error is Error =>
  [NeverPromoted, NotSimulated, QueryNotRecognised, UnsupportedExpression, AggregateError].some(
    (kind) => error instanceof kind,
  );

const unanalysedText = ({ steps }: RolloutModel): string =>
  steps.some(({ experiment }) => experiment && experiment.analyses.length > 0)
    ? 'Nothing is analysed besides experiments, which the simulation does not judge.'
    : 'No step analyses anything: only a manual abort stops a bad version.';

/** Plans and simulates a draft, and gives what is known so far, the most important first. */
export function* evaluate(
  source: Source,
  draft: Draft,
  { profile, runs, seed }: Conditions,
): Generator<Evaluation | Refusal, void, undefined> {
  const built = source.build(draft);
  if ('problems' in built) {
    yield { problems: built.problems };
    return;
  }
  const { graph, planned, notes } = built;
  const model = planned.model!;
  const { podStart, approvalAfter } = wholeProfile(profile);
  const plan = planRollout(model, { podStart }, { notes, assumed: planned.assumed });
  const warnings = isAnalysed(model) ? [] : [unanalysedText(model)];
  const base = {
    traffic: trafficLine(plan, approvalAfter),
    headline: `${lengthOfTime(plan.seconds)} to promotion`,
    steps: model.steps.map((step) => stepText(step, model)),
    change: source.changeOf(draft),
    problems: [...(plan.ending === 'promoted' ? [] : [plan.message || plan.ending]), ...warnings],
    figures: [] as readonly Figure[],
    outcome: [] as readonly OutcomePart[],
    done: false,
  };
  try {
    const around = { graph, rollout: planned.rollout };
    const stages = simulateInStages(model, { profile, runs, seed, around, assumptions: notes });
    for (;;) {
      const { value, done } = stages.next();
      yield {
        ...base,
        simulation: value,
        figures: figuresOf(value),
        outcome: outcomeParts(value),
        done: done === true,
      };
      if (done) return;
    }
  } catch (error) {
    if (!isKnown(error)) throw error;
    yield { ...base, problems: [...base.problems, ...error.message.split('\n')], done: true };
  }
}
