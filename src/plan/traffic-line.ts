import type { TrafficLine } from '../charts';
import type { Moment, Plan } from './plan';
import { fullName } from './wording';

/** Where a manual approval has no length, it is drawn as long as this, in seconds. */
export const APPROVAL = 300;

/** The canary's share over time, with each manual approval after so many seconds. */
export function trafficLine(plan: Plan, approvalAfter: number): TrafficLine {
  const at = ({ seconds, persons }: Moment): number => seconds + persons * approvalAfter;
  return {
    name: fullName(plan.rollout),
    stretches: plan.stretches.map(({ from, to, share, step, waits }) => ({
      from: at(from),
      to: at(to),
      share: share / 100,
      step: step === undefined ? undefined : step + 1,
      waits,
    })),
    measured: plan.analyses.flatMap(({ metrics }) => metrics.flatMap((metric) => metric.at.map(at))),
    promoted: plan.ending === 'promoted',
  };
}
