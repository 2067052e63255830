import { lengthOfTime } from '../../formats/go-duration';
import { percentage } from '../../formats/percentage';
import type { Simulation } from '../../simulate';
import type { Unit } from '../scales';

/** A value as the page shows it. */
export function shown(unit: Unit, value: number): string {
  switch (unit) {
    case 'seconds':
      return lengthOfTime(value);
    case 'share':
      return `${Number((value * 100).toPrecision(4))} %`;
    case 'percent':
      return `${value} %`;
    case 'requests':
      return `${value} requests/s`;
    default:
      return String(value);
  }
}

/** A figure with its name, and whether it is a good one, where that can be said. */
export interface Figure {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly more: string;
  readonly mood?: 'good' | 'bad';
}

const between = (low: number, high: number): string =>
  percentage(low) === percentage(high) ? 'computed' : `95 %: ${percentage(low)} to ${percentage(high)}`;

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 0 : 1);

/** What a simulation says, the most important first. */
export function figuresOf(simulation: Simulation, promotion: string): Figure[] {
  const { confidence, detectionSeconds, failedRequests, errorBudget, falseAlarm, profile, affectedUsers } = simulation;
  const { promoted } = confidence;
  const caught = 1 - promoted.value;
  return [
    {
      id: 'caught',
      name: `Bad versions caught (${percentage(profile.errorRate)} fail)`,
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
      more: `on average; p95 ${number(failedRequests.p95)}; ${number(affectedUsers)} users`,
    },
    {
      id: 'error-budget',
      name: 'Error budget',
      value: percentage(errorBudget.mean),
      more: `of ${errorBudget.days} days at ${Number((errorBudget.slo * 100).toPrecision(6))} %`,
    },
    { id: 'promotion', name: 'A healthy version', value: promotion, more: 'if nothing stops it' },
  ];
}
