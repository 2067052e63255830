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
import { lastMeasurementAt, settingsOf } from './metric-settings';

/** The length of a pause in seconds. Undefined for a manual approval, NaN for an invalid duration. */
function pauseSeconds(pause: Field): number | undefined {
  const duration = pause.get('duration');
  if (!duration.exists) return undefined;
  return duration.integer ?? readGoDuration(duration.string ?? '') ?? NaN;
}

/** The weight that a step sets, in percent; undefined if it sets none. */
export const weightOf = ({ percent }: Step): number | undefined => percent;

/** Whether a step may create canary pods: with a weight above 0, or with `setCanaryScale`. */
function bringsPods(step: Step): boolean {
  const scale = step.field.get('setCanaryScale');
  return (
    (weightOf(step) ?? 0) > 0 || (scale.get('replicas').integer ?? 0) > 0 || (scale.get('weight').integer ?? 0) > 0
  );
}

/** The first step that creates canary pods, counted from 0. Undefined if there is none. */
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

/** The minimum length of a step in seconds. Infinity for a manual approval, NaN if it is not known. */
export function stepSeconds(graph: Graph, rollout: Rollout, { field, index }: Step): number {
  if (field.get('pause').exists) return pauseSeconds(field.get('pause')) ?? Infinity;
  if (field.get('experiment').exists || field.get('plugin').exists) return NaN;
  if (!field.get('analysis').exists) return 0;
  let longest = 0;
  for (const use of analysesByStep(graph)(rollout.resource).get(index) ?? []) {
    if (use.templates.some(({ reference }) => reference.target === undefined)) return NaN;
    for (const metric of use.resolved.flatMap((template) => metricsOf(graph, template))) {
      const settings = settingsOf(metric, use);
      const lasts = lastMeasurementAt(settings);
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
 * The minimum time during which the canary has had requests when a step begins, in seconds. A manual approval can be
 * immediate, so it counts as 0. NaN if it is not known, 0 before the first weight.
 */
export function soakedBefore(graph: Graph, rollout: Rollout, step: number): number {
  return soaked(graph)(rollout)[step] ?? NaN;
}
