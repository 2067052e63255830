import { plannedRollout } from '../controller';
import { UnsupportedExpression } from '../expr';
import { percentage } from '../formats/percentage';
import type { Graph, Resource } from '../graph';
import {
  type DecidingMetric,
  NeverPromoted,
  NotSimulated,
  regressionText,
  simulate,
  type Simulation,
} from '../simulate';
import { QueryNotRecognised, type TrafficProfile } from '../traffic-model';
import { decidingMetrics, type MetricResult, type Run } from './runs';

const RUNS = 500;
const STOPPED = new Set(['Failed', 'Error', 'Inconclusive']);

/**
 * How the measurements that decided compare with what the simulation of this rollout expects, a sentence each. Empty where no
 * measurement of Prometheus decided.
 *
 * @param profile traffic; what it leaves open is assumed
 */
export function expectedOf(
  graph: Graph,
  rollout: Resource,
  runs: readonly Run[],
  profile: Partial<TrafficProfile> | undefined,
): readonly string[] {
  const deciding = runs
    .filter(({ phase }) => STOPPED.has(phase))
    .flatMap((run) => decidingMetrics(run).map((metric) => ({ run, metric })))
    .filter(({ metric }) => metric.provider === 'prometheus');
  const planned = plannedRollout(graph, rollout);
  if (deciding.length === 0 || planned?.model === undefined || !('rollout' in planned)) return [];
  let simulation: Simulation;
  try {
    const around = { graph, rollout: planned.rollout };
    simulation = simulate(planned.model, { profile, around, runs: RUNS, curve: [] });
  } catch (error) {
    if (
      ![QueryNotRecognised, UnsupportedExpression, NeverPromoted, NotSimulated, AggregateError].some(
        (one) => error instanceof one,
      )
    )
      throw error;
    return [`the simulation cannot say what to expect: ${(error as Error).message}`];
  }
  return [worldText(simulation, profile), ...deciding.map(({ run, metric }) => metricText(simulation, run, metric))];
}

function worldText(
  { profile, falseAlarm, probability }: Simulation,
  given: Partial<TrafficProfile> | undefined,
): string {
  const rps =
    typeof profile.rps === 'number' ? `${profile.rps}` : `${Math.min(...profile.rps)} to ${Math.max(...profile.rps)}`;
  const from = given === undefined ? 'assumed; give --profile' : 'of the profile';
  return `simulated with ${rps} requests/s (${from}): a healthy version is stopped in ${percentage(falseAlarm.value)} of the updates, and one that ${regressionText(profile)} in ${percentage(probability.aborted + probability.paused)}`;
}

function metricText({ decidedBy, falseAlarmBy, noData }: Simulation, run: Run, metric: MetricResult): string {
  const here = `metric ${metric.name}: measured ${lastValue(metric) ?? 'nothing'}`;
  const is = (one: DecidingMetric): boolean => one.metric === metric.name && one.step === run.step;
  const bad = decidedBy.find(is);
  const healthy = falseAlarmBy.find(is);
  const parts = [
    bad?.value && `such a bad version is stopped by it at ${spreadText(bad.value)}`,
    healthy?.value && `a healthy one in ${percentage(healthy.share)} of the updates, at ${spreadText(healthy.value)}`,
  ].filter((one) => typeof one === 'string');
  if (lastValue(metric) === undefined) {
    const lacking = Math.max(0, ...(noData.find((one) => one.metric === metric.name)?.probability ?? []));
    return `${here}; the simulation expects no data in up to ${percentage(lacking)} of its measurements`;
  }
  return parts.length === 0 ? `${here}; in the simulation it stops no version` : `${here}; ${parts.join(', ')}`;
}

const spreadText = ({ p5, p50, p95 }: { readonly p5: number; readonly p50: number; readonly p95: number }): string =>
  `${figure(p50)} (median; 90 % between ${figure(p5)} and ${figure(p95)})`;

const figure = (value: number): string => String(Number(value.toPrecision(3)));

/** The value of the last measurement that has the phase of the metric; undefined where there was none. */
function lastValue({ measurements, phase }: MetricResult): string | undefined {
  const value = measurements.filter((one) => one.phase === phase).at(-1)?.value;
  return value === undefined || /^\[?\s*(NaN)?\s*\]?$/.test(value) ? undefined : value;
}
