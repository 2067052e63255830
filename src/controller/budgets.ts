import { InputError } from '../formats/input-error';
import type { Field } from '../graph';
import type { AnalysisModel, MetricModel, RolloutModel } from './model';

/** The limits of a model, beyond those of any cluster. Without them, one large number in a manifest uses all memory. */
export const MOST_PODS = 10_000;
const MOST_STEPS = 1000;
/** For one update, all metrics together. */
const MOST_MEASUREMENTS = 20_000;

/** The longest simulated time of a run. */
export const HORIZON_SECONDS = 30 * 24 * 3600;

/** The number of pods that a field of a manifest states. */
export interface AskedPods {
  readonly field: Field;
  readonly pods: number;
}

/** The values of a model beyond the limits, each with its field. */
export function beyondBudgets(
  model: RolloutModel,
  asked: readonly AskedPods[],
  steps: Field,
  sources: ReadonlyMap<MetricModel, Field>,
): { readonly field: Field; readonly what: string }[] {
  const found: { readonly field: Field; readonly what: string }[] = [];
  for (const { field, pods } of asked) {
    if (pods <= MOST_PODS) continue;
    found.push({ field, what: `asks for ${pods} pods; a plan follows at most ${MOST_PODS}` });
  }
  if (model.steps.length > MOST_STEPS) {
    found.push({ field: steps, what: `has ${model.steps.length} steps; a plan follows at most ${MOST_STEPS}` });
  }
  const measured = measurementsOf(model);
  const total = measured.reduce((sum, { count }) => sum + count, 0);
  if (total <= MOST_MEASUREMENTS) return found;
  const most = measured.reduce((a, b) => (b.count > a.count ? b : a));
  const source = sources.get(most.metric)!;
  const interval = source.get('interval');
  found.push({
    field: interval.exists ? interval : source,
    what: `makes up to ${readable(most.count)} measurements of metric '${most.metric.name}' in an update; a plan follows at most ${MOST_MEASUREMENTS}: give a longer interval, or a smaller count`,
  });
  return found;
}

/** The minimum number of measurements of each metric in a healthy update. */
function measurementsOf(model: RolloutModel): { readonly metric: MetricModel; readonly count: number }[] {
  const inline = model.steps.flatMap(({ analysis }) => analysis?.metrics ?? []);
  const counts = inline.map((metric) => ({ metric, count: within(metric, HORIZON_SECONDS) }));
  if (model.background === undefined || model.flagger !== undefined) return counts;
  const paused = model.steps.reduce((sum, { pause }) => sum + (pause?.seconds ?? 0), 0);
  const analysed = model.steps.reduce((sum, { analysis }) => sum + lengthOf(analysis), 0);
  const seconds = Math.min(HORIZON_SECONDS, paused + analysed + model.progressDeadlineSeconds);
  return [
    ...counts,
    ...model.background.analysis.metrics.map((metric) => ({ metric, count: within(metric, seconds) })),
  ];
}

function within({ count = Infinity, interval }: MetricModel, seconds: number): number {
  const bySeconds = interval === undefined ? Infinity : interval > 0 ? seconds / interval + 1 : Infinity;
  return Math.ceil(Math.min(count, bySeconds));
}

const lengthOf = (analysis: AnalysisModel | undefined): number =>
  Math.max(
    0,
    ...(analysis?.metrics ?? []).map(
      ({ count = 1, interval = 0, initialDelay = 0 }) => initialDelay + count * interval,
    ),
  );

const readable = (count: number): string => (Number.isFinite(count) ? String(count) : 'endlessly many');

/** Counts the work of a run, independent of its model. Throws InputError. */
export class Budget {
  private measurements = 0;

  constructor(private readonly rollout: RolloutModel) {}

  measure(metric: string): void {
    if (++this.measurements <= MOST_MEASUREMENTS) return;
    throw this.used(
      `metric '${metric}' is measured more than ${MOST_MEASUREMENTS} times in one update; give a longer interval, or a smaller count`,
    );
  }

  pods(count: number): void {
    if (!(count > MOST_PODS)) return;
    throw this.used(`an update asks for ${count} pods of one version; a plan follows at most ${MOST_PODS}`);
  }

  unsettled(now: number): InputError {
    return this.used(`the update does not come to rest ${now} s after its beginning; check its weights and its surge`);
  }

  private used(what: string): InputError {
    return new InputError(`${this.rollout.name}: ${what}`);
  }
}
