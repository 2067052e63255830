import { readGoDuration } from '../../formats/go-duration';
import {
  analysesIn,
  type AnalysisUse,
  type Field,
  type Graph,
  metrics,
  memoizeOnGraph,
  type Resource,
  type Rollout,
  type Step,
} from '../../graph';
import { measurements, settingsOf } from './metric-settings';

/** The time of a pause in seconds: undefined where a person ends it, NaN where it is no duration. */
function pauseSeconds(pause: Field): number | undefined {
  const duration = pause.get('duration');
  if (!duration.exists) return undefined;
  return duration.integer ?? readGoDuration(duration.string ?? '') ?? NaN;
}

/** The weight that a step sets; undefined if it sets none. */
export const weightOf = ({ field }: Step): number | undefined => field.get('setWeight').integer;

/** Whether canary pods may come with a step: by a weight above 0, or by a scale of their own. */
function bringsPods(step: Step): boolean {
  const scale = step.field.get('setCanaryScale');
  return (
    (weightOf(step) ?? 0) > 0 || (scale.get('replicas').integer ?? 0) > 0 || (scale.get('weight').integer ?? 0) > 0
  );
}

/** The first step by which canary pods exist, counting from 0; undefined if there is none. */
export function firstPods({ steps }: Rollout): number | undefined {
  return steps.find(bringsPods)?.index;
}

const metricsByTemplate = memoizeOnGraph((graph) => {
  const found = new Map<Resource, ReturnType<typeof metrics>[0][]>();
  for (const metric of metrics(graph)) found.set(metric.resource, [...(found.get(metric.resource) ?? []), metric]);
  return found;
});

/** The metrics that a template itself has. */
export function metricsOf(graph: Graph, template: Resource): readonly ReturnType<typeof metrics>[0][] {
  return metricsByTemplate(graph).get(template) ?? [];
}

/** The analyses of each step, by the Rollout's steps. */
const analysesByStep = memoizeOnGraph((graph) => {
  const known = new Map<Resource, Map<number, AnalysisUse[]>>();
  return (resource: Resource): ReadonlyMap<number, readonly AnalysisUse[]> => {
    let byStep = known.get(resource);
    if (byStep === undefined) {
      known.set(resource, (byStep = new Map()));
      for (const use of analysesIn(graph, resource)) {
        if (use.place !== 'step' || use.step === undefined) continue;
        const list = byStep.get(use.step);
        if (list) list.push(use);
        else byStep.set(use.step, [use]);
      }
    }
    return byStep;
  };
});

/** How long a step lasts at the least, in seconds; Infinity where a person ends it, NaN where it is not known. */
export function stepSeconds(graph: Graph, rollout: Rollout, { field, index }: Step): number {
  if (field.get('pause').exists) return pauseSeconds(field.get('pause')) ?? Infinity;
  if (field.get('experiment').exists || field.get('plugin').exists) return NaN;
  if (!field.get('analysis').exists) return 0;
  let longest = 0;
  for (const use of analysesByStep(graph)(rollout.resource).get(index) ?? []) {
    if (use.templates.some(({ reference }) => reference.target === undefined)) return NaN;
    for (const metric of use.resolved.flatMap((template) => metricsOf(graph, template))) {
      const settings = settingsOf(metric, use);
      const lasts = settings.initialDelay + (measurements(settings) - 1) * (settings.interval ?? 0);
      if (Number.isNaN(lasts)) return NaN;
      longest = Math.max(longest, lasts);
    }
  }
  return longest;
}

const soaked = memoizeOnGraph((graph) => {
  const known = new Map<Resource, readonly (number | undefined)[]>();
  return (rollout: Rollout): readonly (number | undefined)[] => {
    let before = known.get(rollout.resource);
    if (before === undefined) {
      const sums: (number | undefined)[] = [undefined];
      let seconds: number | undefined;
      for (const one of rollout.steps) {
        if ((weightOf(one) ?? 0) > 0) seconds ??= 0;
        const lasts = stepSeconds(graph, rollout, one);
        if (seconds !== undefined && lasts !== Infinity) seconds += lasts;
        sums.push(seconds);
      }
      known.set(rollout.resource, (before = sums));
    }
    return before;
  };
});

/**
 * For how long the canary has surely had requests when a step begins, in seconds: pauses that a person ends can be over
 * at once, and count for nothing. NaN where it is not known. 0 before the first weight.
 */
export function soakedBefore(graph: Graph, rollout: Rollout, step: number): number {
  return soaked(graph)(rollout)[step] ?? NaN;
}
