import { type MetricModel, type RolloutModel, type StepModel } from '../../src/controller';
import { type TrafficProfile, wholeProfile } from '../../src/traffic-model';
import { analysis, canary } from '../plan/models';

const CANARY = '{rollouts_pod_template_hash="canary-pod-template-hash"';

export const FAILURES = `sum(increase(http_requests_total${CANARY},code=~"5.."}[5m]))`;
export const REQUESTS = `sum(increase(http_requests_total${CANARY}}[5m]))`;
export const successRatio = (window: string): string =>
  `sum(rate(http_requests_total${CANARY},code!~"5.."}[${window}])) / sum(rate(http_requests_total${CANARY}}[${window}]))`;

/** Weights, each with an analysis of its own. */
export function staged(
  weights: readonly number[],
  metric: Partial<MetricModel>,
  given?: Partial<RolloutModel>,
): RolloutModel {
  const steps: StepModel[] = weights.flatMap((setWeight) => [{ setWeight }, { analysis: analysis(metric) }]);
  return canary(steps, given);
}

/** A world without scrapes, waits and pods that start: what textbooks speak of. */
export const ideal = (given: Partial<TrafficProfile>): TrafficProfile =>
  wholeProfile({ scrapeInterval: 0, podStart: 0, approvalAfter: 0, countersFromZero: true, ...given });
