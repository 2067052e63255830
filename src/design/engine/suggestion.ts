import { allMetrics, type MetricModel, type RolloutModel } from '../../controller';
import { comparisons } from '../../expr';
import { type Goal, suggest } from '../../simulate';
import type { Draft } from './draft';
import type { Conditions } from './evaluate';
import type { KnobNames, Source } from './source';

/** A draft that reaches a goal, and what of it has to be done by hand. */
export interface SuggestedDraft {
  readonly draft: Draft;
  readonly byHand: readonly string[];
}

/**
 * The shortest variant of a draft that reaches a goal. Undefined where none of those that are tried does.
 * Throws NothingConcerned, and what `simulate` throws.
 */
export function suggestDraft(
  source: Source,
  draft: Draft,
  { profile, seed }: Conditions,
  goal: Goal,
): SuggestedDraft | undefined {
  const built = source.build(draft);
  if ('problems' in built) throw new Error(built.problems.join('\n'));
  const { graph, planned, notes } = built;
  const model = planned.model!;
  const around = { graph, rollout: planned.rollout };
  const found = suggest(model, { profile, seed, around, assumptions: notes }, goal);
  return found && adopted(source, draft, model, found.rollout);
}

const thresholdOf = ({ successCondition = '', failureCondition = '' }: MetricModel): number | undefined =>
  [...comparisons(successCondition), ...comparisons(failureCondition)].find(({ subject }) =>
    /^result(\[0\])?$/.test(subject),
  )?.threshold;

/** The draft with what differs between two models. */
function adopted(source: Source, draft: Draft, before: RolloutModel, after: RolloutModel): SuggestedDraft {
  const values = new Map<string, number>();
  const byHand = new Set<string>();
  const metrics = allMetrics(after);
  allMetrics(before).forEach((metric, i) => {
    const now = metrics[i];
    const ids: KnobNames = source.knobsOf(metric.name) ?? {};
    const put = (name: keyof KnobNames, was: number | undefined, will: number | undefined): void => {
      if (was === will || will === undefined) return;
      const id = ids[name];
      if (id !== undefined && draft.knobs.some((knob) => knob.id === id)) values.set(id, will);
      else byHand.add(`${metric.name}: ${name} ${will}`);
    };
    put('count', metric.count, now.count);
    put('interval', metric.interval, now.interval);
    put('failureLimit', metric.failureLimit, now.failureLimit);
    put('threshold', thresholdOf(metric), thresholdOf(now));
  });
  return {
    draft: {
      ...draft,
      steps: draft.steps.map((step, i) => {
        const seconds = after.steps[i]?.pause?.seconds;
        return step.kind === 'pause' && seconds !== undefined ? { ...step, value: seconds } : step;
      }),
      knobs: draft.knobs.map((knob) => ({ ...knob, value: values.get(knob.id) ?? knob.value })),
    },
    byHand: [...byHand],
  };
}
