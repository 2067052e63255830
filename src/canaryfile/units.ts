import type { ChoiceType } from './model';

/** Numbers that are a share of 1. */
const SHARES: readonly string[] = [
  'BurnRateOptions.objective',
  'DashboardLatencyLimit.quantile',
  'DashboardLimits.failureRatio',
  'ErrorRateOptions.atMost',
  'ErrorsAgainstStableOptions.floor',
  'LatencyAgainstStableOptions.quantile',
  'LatencyOptions.quantile',
  'SaturationOptions.atMost',
  'SequentialTestOptions.falseAlarmRate',
  'SuccessRateOptions.atLeast',
  'TrafficShareOptions.tolerance',
];

/** Numbers that are percent. */
const PERCENTS: readonly string[] = [
  'AdditionalSubset.weight',
  'CanaryAppAutoscaling.cpu',
  'CanaryAppAutoscaling.memory',
  'CanaryScale.weight.percent',
  'CanaryStep.setWeight.weight',
  'CanaryPlanOptions.manualGateAt',
  'ExperimentTemplate.weight',
  'HttpAbort.percentage',
  'HttpDelay.percentage',
  'HttpMirror.percentage',
  'KedaTrigger.cpu.utilization',
  'KedaTrigger.memory.utilization',
  'MirrorRouteOptions.percentage',
  'OutlierDetection.maxEjectionPercent',
  'OutlierDetection.minHealthPercent',
  'PercentOrAbsolute.percent.percent',
  'ReplicaProgressThreshold.percent.value',
  'RetryBudget.percent',
  'StepPlan.canary.percent',
  'StepPlan.exponential.first',
  'StepPlan.linear.percent',
  'TrafficShareOptions.weight',
  'Warmup.minimumPercent',
];

/** Every number that may be written with a percent sign, by its type and name. */
export const NUMBERS_WITH_UNIT: readonly string[] = [...SHARES, ...PERCENTS];

/** What a number is a share of, by its place in the API: `SuccessRateOptions.atLeast`, `CanaryStep.setWeight.weight`. */
export function unitOf(place: string): 'share' | 'percent' | undefined {
  if (SHARES.includes(place)) return 'share';
  return PERCENTS.includes(place) ? 'percent' : undefined;
}

/** The factory that an amount of pods stands for: `25%` is a share, and `2` a number. Undefined where it stands for none. */
export function amountKey({ factories }: ChoiceType, value: unknown): 'percent' | 'absolute' | undefined {
  if (!Object.hasOwn(factories, 'percent')) return undefined;
  if (typeof value === 'string') return readPercentage(value, 'percent') === undefined ? undefined : 'percent';
  return typeof value === 'number' && Object.hasOwn(factories, 'absolute') ? 'absolute' : undefined;
}

/** `99.9%` as a number of its unit. Undefined if the text is not a percentage. */
export function readPercentage(text: string, unit: 'share' | 'percent'): number | undefined {
  const amount = /^(\d+(?:\.\d+)?) ?%$/.exec(text)?.[1];
  if (amount === undefined) return undefined;
  // Not 0.9990000000000001.
  return unit === 'percent' ? Number(amount) : Number((Number(amount) / 100).toPrecision(12));
}
