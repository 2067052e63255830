import type { Moment, Plan, Stretch } from './plan';

/** A part of a plan in its order: a stretch of time, or a step that takes none. */
export interface Passage {
  readonly at: Moment;
  /** Undefined for a step that takes no time. */
  readonly stretch?: Stretch;
  /** The index of the step; undefined behind the last step. */
  readonly step?: number;
}

/** All parts of a plan. Steps behind one that the update never passes are left out. */
export function passagesOf(plan: Plan): Passage[] {
  const { steps } = plan.rollout;
  const passages: Passage[] = [];
  let next = 0;
  const passAtOnce = (end: number, at: Moment): void => {
    for (; next < end; next++) passages.push({ at, step: next });
  };
  for (const stretch of plan.stretches) {
    const { step, from } = stretch;
    passAtOnce(step ?? steps.length, from);
    if (step !== undefined) next = step + 1;
    passages.push({ at: from, stretch, step });
  }
  if (plan.ending === 'promoted') passAtOnce(steps.length, endOf(plan));
  return passages;
}

/** When a plan ends. */
export const endOf = (plan: Plan): Moment =>
  plan.stretches.at(-1)?.to ?? { seconds: plan.seconds, persons: plan.persons };
