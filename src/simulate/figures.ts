import type { OutcomePart } from '../charts';
import { lengthOfTime } from '../formats/go-duration';
import { percentage } from '../formats/percentage';
import { regressionLabel } from './regression';
import type { Simulation } from './simulate';

/** A figure with its name, and whether it is a good one, where that can be said. */
export interface Figure {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly more: string;
  readonly mood?: 'good' | 'bad';
}

/** How exact a share is: its margin of error, unless the digits that are shown hide it. */
function between(low: number, high: number): string {
  if (low === high) return 'computed, so there is no margin of error';
  if (percentage(low) === percentage(high)) return 'exact to the digits shown (95 %)';
  return `95 %: ${percentage(low)} to ${percentage(high)}`;
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 0 : 1);

/** What a simulation says, the most important first. */
export function figuresOf(simulation: Simulation): Figure[] {
  const { confidence, detectionSeconds, failedRequests, errorBudget, falseAlarm, profile, affectedUsers } = simulation;
  const { promoted } = confidence;
  const caught = 1 - promoted.value;
  const unnoticed = simulation.promotionSeconds;
  return [
    {
      id: 'caught',
      name: `Bad versions caught (${regressionLabel(profile)})`,
      value: percentage(caught),
      more: between(1 - promoted.high, 1 - promoted.low),
      mood: caught >= 0.95 ? 'good' : 'bad',
    },
    {
      id: 'false-alarms',
      name: 'Healthy versions stopped',
      value: percentage(falseAlarm.value),
      more: between(falseAlarm.low, falseAlarm.high),
      mood: falseAlarm.value < 0.01 ? 'good' : 'bad',
    },
    {
      id: 'detection',
      name: 'Time to detection',
      value: detectionSeconds === null ? 'never' : lengthOfTime(detectionSeconds.mean),
      more:
        detectionSeconds === null
          ? 'nothing was caught'
          : `on average; median ${lengthOfTime(detectionSeconds.p50)}, p95 ${lengthOfTime(detectionSeconds.p95)}`,
    },
    {
      id: 'failed-requests',
      name: 'Failed requests',
      value: number(failedRequests.mean),
      more: `on average; p95 ${number(failedRequests.p95)}; ${number(affectedUsers)} ${number(affectedUsers) === '1.0' ? 'user' : 'users'}`,
    },
    {
      id: 'error-budget',
      name: 'Error budget',
      value: percentage(errorBudget.mean),
      more: `of ${errorBudget.days} days at ${Number((errorBudget.slo * 100).toPrecision(6))} %`,
    },
    {
      id: 'unnoticed',
      name: 'Bad versions promoted',
      value: percentage(promoted.value),
      more: unnoticed === null ? 'none' : `after ${lengthOfTime(unnoticed.mean)} on average`,
    },
  ];
}

/** The checks that stop bad versions, what is paused, and what gets through. */
export function outcomeParts({ confidence, decidedBy }: Simulation): OutcomePart[] {
  const stopped = decidedBy.map(({ metric, step, share }): OutcomePart => ({
    name: `${metric} (${step === undefined ? 'background' : `step ${step + 1}`})`,
    share,
    kind: 'stopped',
  }));
  const named = stopped.reduce((sum, { share }) => sum + share, 0);
  const rest = 1 - confidence.promoted.value - named;
  return [
    ...stopped,
    // Drawn shares beside computed ones differ by their margin of error.
    ...(rest > 0.001 ? [{ name: 'stopped or paused otherwise', share: rest, kind: 'paused' as const }] : []),
    { name: 'promoted all the same', share: confidence.promoted.value, kind: 'promoted' },
  ];
}
