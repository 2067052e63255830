import { comparisons } from '../expr';
import { writeSeconds } from '../formats/go-duration';
import { windowOf } from '../plan';
import { type MetricModel, type RolloutModel, type StepModel, allMetrics } from '../controller';

/** A suggestion as the fields of a canary.yaml that are to be others. */
export interface SpecChange {
  readonly spec: { readonly steps?: readonly unknown[]; readonly failures?: Readonly<Record<string, unknown>> };
  /** What has no short form in a canary.yaml: a sentence each. */
  readonly byHand: readonly string[];
}

/** Writes a suggested model as a change of the canary.yaml whose app was planned. */
export function specChangeOf(before: RolloutModel, suggested: RolloutModel): SpecChange {
  const byHand: string[] = [];
  const spec: { steps?: unknown[]; failures?: Record<string, unknown> } = {};
  if (before.steps.some(({ pause }, i) => pause?.seconds !== suggested.steps[i].pause?.seconds)) {
    const steps = suggested.steps.map(stepOf);
    if (steps.every((step) => step !== undefined)) spec.steps = steps;
    else byHand.push(...pausesByHand(suggested));
  }
  const after = allMetrics(suggested);
  allMetrics(before).forEach((metric, i) => {
    const changes = changesOf(metric, after[i]);
    if (Object.keys(changes).length === 0) return;
    // What `failures` counts; whatever else is measured was written out as a check.
    if (metric.name === 'failures') spec.failures = { ...inherent(after[i]), ...spec.failures, ...changes };
    else byHand.push(`metric '${metric.name}': ${JSON.stringify(changes)}, in the check that makes it`);
  });
  return { spec, byHand: [...new Set(byHand)] };
}

/** What `failures` cannot be without. */
function inherent(metric: MetricModel): Record<string, unknown> {
  const window = windowOf(metric);
  const atMost = thresholdOf(metric);
  return {
    ...(atMost === undefined ? {} : { atMost }),
    ...(window === undefined ? {} : { within: writeSeconds(window) }),
  };
}

function changesOf(before: MetricModel, after: MetricModel): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const name of ['count', 'failureLimit', 'inconclusiveLimit'] as const) {
    if (before[name] !== after[name]) changes[name] = after[name];
  }
  if (before.interval !== after.interval && after.interval !== undefined)
    changes.interval = writeSeconds(after.interval);
  const [was, will] = [thresholdOf(before), thresholdOf(after)];
  if (was !== will && will !== undefined) changes.atMost = will;
  return changes;
}

const thresholdOf = ({ successCondition }: MetricModel): number | undefined =>
  comparisons(successCondition ?? '').find(({ subject, operator }) => subject === 'result[0]' && operator === '<=')
    ?.threshold;

/** A step as a canary.yaml writes it; undefined for those that hold more than the model keeps. */
function stepOf(step: StepModel): unknown {
  if (step.pause)
    return { pause: step.pause.seconds === undefined ? {} : { duration: writeSeconds(step.pause.seconds) } };
  if (step.setWeight !== undefined) return { setWeight: step.setWeight };
  return step.analysis && step.analysis.metrics.every(({ name }) => name === 'failures') ? 'analysis' : undefined;
}

function pausesByHand({ steps }: RolloutModel): string[] {
  return steps.flatMap(({ pause }, i) =>
    pause?.seconds === undefined ? [] : [`step ${i + 1}: pause ${writeSeconds(pause.seconds)}`],
  );
}
