import { measuredMetrics, type PlannedUpdate, type RolloutModel } from '../../controller';
import { assumedOfTraffic } from '../../simulate';
import { assumedToSucceed, type MetricReading, type TrafficDescription } from '../../traffic-model';
import type { Conditions } from '../world/conditions';

/** Assumptions of a rehearsal, one sentence each, in the words of a simulation. */
export function assumedIn(
  { planned, conditions, assumed = {}, replay }: Given,
  model: RolloutModel,
  description: TrafficDescription,
  readings: readonly MetricReading[],
): string[] {
  const others = measuredMetrics(model).filter(
    ({ name, provider }) => provider !== 'prometheus' && assumed[name] === undefined,
  );
  const succeeding = others.map(assumedToSucceed);
  if (replay !== undefined) return [...planned.assumed, ...succeeding];
  const { profile, canary } = conditions;
  const { latency, restarts = profile.restarts, saturation = profile.saturation } = canary;
  const read = {
    readsLatency: readings.some(({ readsLatency }) => readsLatency),
    readsResources: readings.some(({ readsResources }) => readsResources),
  };
  return [
    ...description.assumptions,
    ...assumedOfTraffic(model, { ...profile, latency, restarts, saturation }, read),
    ...succeeding,
  ];
}

interface Given {
  readonly planned: Pick<PlannedUpdate, 'assumed'>;
  readonly conditions: Conditions;
  readonly assumed?: Readonly<Record<string, unknown>>;
  readonly replay?: object;
}

/** By metric: why its query never finds a series, whatever the version does. */
export function absentMetrics(
  readings: readonly MetricReading[],
  assumed: Given['assumed'] = {},
): Map<string, readonly string[]> {
  const found = readings.filter(({ metric, absent }) => absent.length > 0 && assumed[metric.name] === undefined);
  return new Map(found.map(({ metric, absent }) => [metric.name, absent]));
}
