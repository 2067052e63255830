import { lengthOfTime } from '../formats/go-duration';
import { plural } from '../formats/plural';
import type {
  AnalysisModel,
  BlueGreenStage,
  ExperimentModel,
  FlaggerLoop,
  MetricModel,
  RolloutModel,
  StepModel,
} from '../controller';

export const percent = (share: number): string => `${Math.round(share * 10) / 10} %`;

const STAGES: { readonly [stage in BlueGreenStage]?: string } = {
  preview: 'preview of the new version',
  'scale-up': 'all pods of the new version start',
  switch: 'the active Service goes to the new version',
};

/** A weight, and the share that it is where the weight of all requests is not 100: `500 of 1,000 (50 %)`. */
export function weightText(weight: number, { maxTrafficWeight: all }: Pick<RolloutModel, 'maxTrafficWeight'>): string {
  if (all === 100) return percent(weight);
  return `${weight.toLocaleString('en')} of ${all.toLocaleString('en')} (${percent((100 * weight) / all)})`;
}

/** One line for a step: `setWeight 20 %`, `pause 5 min`, `waits for manual approval`. */
export function stepText(step: StepModel, rollout: Pick<RolloutModel, 'maxTrafficWeight'>): string {
  const words: string[] = [];
  if (step.stage && STAGES[step.stage]) words.push(STAGES[step.stage]!);
  if (step.setWeight !== undefined) words.push(`setWeight ${weightText(step.setWeight, rollout)}`);
  if (step.setCanaryScale) {
    const { replicas, weight, matchTrafficWeight } = step.setCanaryScale;
    if (replicas !== undefined) words.push(`setCanaryScale ${plural(replicas, 'pod')}`);
    else if (weight !== undefined) words.push(`setCanaryScale ${percent(weight)}`);
    else words.push(matchTrafficWeight ? 'setCanaryScale as the traffic' : 'setCanaryScale');
  }
  if (step.pause)
    words.push(
      step.pause.seconds === undefined ? 'waits for manual approval' : `pause ${lengthOfTime(step.pause.seconds)}`,
    );
  if (step.analysis) {
    const when = step.stage ? `${step.stage} ` : '';
    words.push(`${when}analysis ${step.analysis.templates.join(', ')}`);
  }
  if (step.experiment) {
    words.push(experimentText(step.experiment));
  }
  if (step.setHeaderRoute)
    words.push(`${step.setHeaderRoute.removes ? 'remove ' : ''}header route ${step.setHeaderRoute.name}`);
  if (step.setMirrorRoute)
    words.push(`${step.setMirrorRoute.removes ? 'remove ' : ''}mirror route ${step.setMirrorRoute.name}`);
  if (step.plugin) words.push(`plugin ${step.plugin.name}`);
  return words.join(', ') || 'an empty step';
}

function experimentText({ seconds, analyses }: ExperimentModel): string {
  const required = analyses.flatMap((one) => (one.required ? one.name : []));
  if (required.length === 0)
    return seconds === undefined ? 'experiment without end' : `experiment ${lengthOfTime(seconds)}`;
  return `experiment until ${required.join(' and ')} ${required.length === 1 ? 'has' : 'have'} succeeded`;
}

/** How often and how long a metric is measured. */
export function rhythm(metric: MetricModel): string {
  const { interval, count, initialDelay } = metric;
  const delay = initialDelay ? `after ${lengthOfTime(initialDelay)}, ` : '';
  if (interval === undefined || count === 1) return `${delay}once`;
  const every = `every ${lengthOfTime(interval)}`;
  return count === undefined ? `${delay}${every}` : `${delay}${count} times, ${every}`;
}

/** What ends a metric before its time. */
export function limits(metric: MetricModel): string {
  const { failureLimit, inconclusiveLimit, consecutiveErrorLimit, consecutiveSuccessLimit } = metric;
  const words = [
    failureLimit < 0 ? 'failures do not count' : `failure ${failureLimit + 1} aborts`,
    `inconclusive ${inconclusiveLimit + 1} pauses`,
    consecutiveErrorLimit === 0 ? 'an error aborts' : `${consecutiveErrorLimit + 1} errors in a row abort`,
  ];
  if (consecutiveSuccessLimit > 0)
    words.push(
      consecutiveSuccessLimit === 1 ? 'a success suffices' : `${consecutiveSuccessLimit} successes in a row suffice`,
    );
  return (metric.dryRun ? ['runs dry: decides nothing'] : words).join('; ');
}

/** What failed checks do in Flagger. */
export const flaggerLimits = ({ threshold, interval }: FlaggerLoop): string =>
  `a check that does not pass, or finds nothing, holds the weight; ${threshold} in all roll back ${lengthOfTime(interval)} later`;

/** The basis of a measurement's verdict: the condition that a metric states, its provider, or nothing. */
export function conditionText({ successCondition, failureCondition, provider }: MetricModel): string {
  // The controller looks at no condition of these two.
  if (provider === 'job') return 'succeeds when the Job completes, fails when the Job fails';
  if (provider === 'kayenta') return 'the score decides, by the thresholds of the metric';
  const words = [
    successCondition && `succeeds: ${successCondition}`,
    failureCondition && `fails: ${failureCondition}`,
  ].filter(Boolean);
  if (provider === 'plugin') return ['the plugin decides', ...words].join(' | ');
  return words.length === 0 ? 'no condition: every answer succeeds' : words.join(' | ');
}

/** How long an analysis takes at the shortest, from its start, when every measurement succeeds. Infinity: no end. */
export function analysisSeconds(analysis: AnalysisModel): number {
  const seconds = analysis.metrics.map(({ count, interval, initialDelay, consecutiveSuccessLimit }) => {
    const wanted = consecutiveSuccessLimit > 0 ? Math.min(consecutiveSuccessLimit, count ?? Infinity) : count;
    return (initialDelay ?? 0) + (wanted === undefined ? Infinity : (wanted - 1) * (interval ?? 0));
  });
  return Math.max(0, ...seconds);
}

/** An outage in words; undefined where there is none. */
export function outageText(seconds: number | null): string | undefined {
  if (seconds === 0) return undefined;
  const what = 'no pod of either version serves';
  return seconds === null ? `${what}: an outage without end` : `${what} for ${lengthOfTime(seconds)}: an outage`;
}

/** A sentence about an abort that never completes. */
export const abortIncompleteText = (rollout: Pick<RolloutModel, 'blueGreen'> = {}): string =>
  `the abort never completes and the ${versionsOf(rollout).fresh} keeps its traffic`;

export const fullName = ({ namespace, name }: RolloutModel): string => (namespace ? `${namespace}/${name}` : name);

/** The names of the two versions: a blue-green rollout has no canary. */
export const versionsOf = ({
  blueGreen,
}: Pick<RolloutModel, 'blueGreen'>): { readonly fresh: string; readonly pods: string } =>
  blueGreen ? { fresh: 'new version', pods: 'new + old' } : { fresh: 'canary', pods: 'canary + stable' };
