import { readGoDuration } from '../../formats/go-duration';
import { type AnalysisUse, argumentsIn, type Field, type Metric, type MetricLimits } from '../../graph';

/**
 * A text with the arguments of one analysis, or with the template's own if there is no analysis. Undefined if a value
 * is not known before the analysis runs, or never.
 */
export function fillIn(text: string, metric: Metric, use: AnalysisUse | undefined): string | undefined {
  let filled = text;
  const mentions = argumentsIn(text);
  // From the last one on, so that the places of those before it stay what they are.
  for (let nth = mentions.length - 1; nth >= 0; nth--) {
    const { name, from, to } = mentions[nth];
    const value = argumentValue(name, metric, use);
    if (value === undefined) return undefined;
    filled = filled.slice(0, from) + value + filled.slice(to);
  }
  return filled;
}

function argumentValue(name: string, metric: Metric, use: AnalysisUse | undefined): string | undefined {
  if (use) return use.args.find((argument) => argument.name === name)?.value;
  const declared = metric.resource
    .field('spec', 'args')
    .items()
    .find((argument) => argument.get('name').string === name);
  const value = declared?.get('value');
  return value?.exists ? String(value.value) : undefined;
}

/** The analyses that run a metric. A single undefined if no analysis of the given set does. */
export function usesOf(metric: Metric): readonly (AnalysisUse | undefined)[] {
  return metric.uses.length > 0 ? metric.uses : [undefined];
}

/** A condition with the arguments of one analysis. */
export interface FilledCondition {
  readonly metric: Metric;
  readonly key: 'successCondition' | 'failureCondition';
  readonly field: Field;
  readonly text: string;
  /** Whether the text is that of the file, so that its offsets are valid in it. */
  readonly verbatim: boolean;
}

/** The conditions of metrics, once for each analysis that runs them. Those with an argument that is not known are left out. */
export function* filledConditions(metrics: readonly Metric[]): Generator<FilledCondition> {
  for (const metric of metrics) {
    for (const key of ['successCondition', 'failureCondition'] as const) {
      const field = metric.field.get(key);
      if (!field.string) continue;
      for (const use of usesOf(metric)) {
        const text = fillIn(field.string, metric, use);
        if (text !== undefined) yield { metric, key, field, text, verbatim: text === field.string };
      }
    }
  }
}

/**
 * The limits and times of a metric with the arguments of one analysis. Unknown values are NaN, for which every
 * comparison is false.
 */
export interface MetricSettings extends MetricLimits {
  /** In seconds. */
  readonly initialDelay: number;
}

/** Memoized, because a dozen rules need it. */
const known = new WeakMap<Metric, Map<AnalysisUse | undefined, MetricSettings>>();

/** The settings of a metric, with the controller's defaults. */
export function settingsOf(metric: Metric, use: AnalysisUse | undefined): MetricSettings {
  const byUse = known.get(metric) ?? new Map<AnalysisUse | undefined, MetricSettings>();
  known.set(metric, byUse);
  const settings = byUse.get(use) ?? readSettings(metric, use);
  byUse.set(use, settings);
  return settings;
}

function readSettings(metric: Metric, use: AnalysisUse | undefined): MetricSettings {
  const number = (key: string): number | undefined => {
    const field = metric.field.get(key);
    if (!field.exists) return undefined;
    const text = field.integer ?? (field.string === undefined ? undefined : fillIn(field.string, metric, use));
    return text === undefined || text === '' ? NaN : Number(text);
  };
  const duration = (key: string): number | undefined => {
    const field = metric.field.get(key);
    return field.exists && field.value !== '' ? (durationIn(field, metric, use) ?? NaN) : undefined;
  };
  return {
    count: number('count'),
    failureLimit: number('failureLimit') ?? 0,
    inconclusiveLimit: number('inconclusiveLimit') ?? 0,
    consecutiveErrorLimit: number('consecutiveErrorLimit') ?? 4,
    consecutiveSuccessLimit: number('consecutiveSuccessLimit') ?? 0,
    interval: duration('interval'),
    initialDelay: duration('initialDelay') ?? 0,
  };
}

function durationIn(field: Field, metric: Metric, use: AnalysisUse | undefined): number | undefined {
  const text = field.string === undefined ? undefined : fillIn(field.string, metric, use);
  return text === undefined ? undefined : readGoDuration(text);
}

/**
 * The number of measurements that the controller takes. Without a count: one, or with an interval as many as there is
 * time for.
 */
export function measurements({ count, interval }: MetricSettings): number {
  if (count === undefined || count === 0) return interval === undefined ? 1 : Infinity;
  return count;
}

/** Seconds from the start of an analysis to its last measurement. Infinity or NaN if it has none, or if that is not known. */
export const lastMeasurementAt = (settings: MetricSettings): number =>
  settings.initialDelay + (measurements(settings) - 1) * (settings.interval ?? 0);

/** `metric 'errors'`, or by its index if it has no name. */
export function metricLabel({ name, field }: Metric): string {
  return name === undefined ? `the metric at ${field}` : `metric '${name}'`;
}

/** `step 3 of Rollout shop/checkout`, `the background analysis of Rollout shop/checkout`; steps are counted from 1. */
export function analysisLabel({ place, step, owner }: AnalysisUse): string {
  const what = place === 'experiment' ? 'an experiment' : place === 'step' ? 'a step' : `the ${place} analysis`;
  return `${step === undefined ? what : `step ${step + 1}`} of ${owner}`;
}
