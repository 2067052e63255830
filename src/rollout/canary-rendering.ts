import * as kplus from 'cdk8s-plus-27';
import * as argo from '../../imports/argoproj.io';
import { seconds } from '../formats/duration';
import { CanaryStep } from './canary-step';
import { CanaryStrategyOptions } from './canary-strategy';
import { renderAnalysis } from './rollout-analysis';

/**
 * The steps, and after them those that take away the managed routes which no step took away: the controller does so at
 * the end, but a route that is there until then hides the last weights from its requests.
 */
function withRemovals(steps: readonly CanaryStep[]): CanaryStep[] {
  const open = new Map<string, CanaryStep>();
  for (const { _traits: traits } of steps) {
    if (traits.route === undefined) continue;
    const { kind, name, removed } = traits.route;
    if (removed) open.delete(name);
    else {
      const remove = kind === 'setHeaderRoute' ? CanaryStep.removeHeaderRoute : CanaryStep.removeMirrorRoute;
      open.set(name, remove(name));
    }
  }
  return [...steps, ...open.values()];
}

/** The names of the managed routes, in the order in which the steps bring them. */
export function managedRoutes(steps: readonly CanaryStep[]): string[] {
  return [...new Set(steps.flatMap((step) => (step._traits.route === undefined ? [] : [step._traits.route.name])))];
}

/**
 * The index of the step from which on a background analysis finds canary pods: the one after the first that starts
 * them. Undefined where no step follows, so that it would never start.
 */
export function firstStepWithCanary(steps: readonly CanaryStep[]): number | undefined {
  const first = steps.findIndex((step) => step._traits.startsCanary);
  return first === -1 ? undefined : first + 1;
}

/** Where a step of the given ones is among the rendered ones: some become two. */
function renderedIndex(options: CanaryStrategyOptions, index: number): number {
  return options.steps.slice(0, index).flatMap((step) => step._toKube(options.analyses ?? [])).length;
}

function startingStep(options: CanaryStrategyOptions): number | undefined {
  const { background, steps } = options;
  if (background?.startingStep !== undefined) return renderedIndex(options, background.startingStep);
  const first = steps.findIndex((step) => step._traits.startsCanary);
  // The pause of a weight is a step of its own, and the first in which there is something to measure.
  return first === -1 ? undefined : renderedIndex(options, first) + 1;
}

export function renderCanary(options: CanaryStrategyOptions): argo.RolloutSpecStrategyCanary {
  const { steps, analyses = [], traffic, background } = options;
  const routing = traffic?.toTrafficRouting();
  const pingPong = options.pingPong === true && routing !== undefined;
  return {
    canaryService: pingPong ? undefined : routing?.canaryService,
    stableService: pingPong ? undefined : routing?.stableService,
    pingPong: pingPong ? { pingService: routing.stableService, pongService: routing.canaryService } : undefined,
    trafficRouting: routing && renderRouting(routing.routing, options),
    analysis: background && {
      ...renderAnalysis(background, analyses),
      startingStep: startingStep(options),
    },
    steps: withRemovals(steps).flatMap((step) => step._toKube(analyses)),
    maxSurge:
      options.maxSurge &&
      argo.RolloutSpecStrategyCanaryMaxSurge[factory(options.maxSurge)](options.maxSurge.value as never),
    maxUnavailable:
      options.maxUnavailable &&
      argo.RolloutSpecStrategyCanaryMaxUnavailable[factory(options.maxUnavailable)](
        options.maxUnavailable.value as never,
      ),
    dynamicStableScale: options.dynamicStableScale,
    scaleDownDelaySeconds: options.scaleDownDelay && seconds(options.scaleDownDelay),
    scaleDownDelayRevisionLimit: options.scaleDownDelayRevisionLimit,
    abortScaleDownDelaySeconds: options.abortScaleDownDelay && seconds(options.abortScaleDownDelay),
    minPodsPerReplicaSet: options.minPodsPerReplicaSet,
    replicaProgressThreshold: options.replicaProgressThreshold?._toKube(),
    canaryMetadata: options.canaryMetadata,
    stableMetadata: options.stableMetadata,
    antiAffinity: options.antiAffinity?._toKube(),
  };
}

/** Numbers stay numbers: Argo Rollouts reads the text `1` as one percent. */
export function factory(value: kplus.PercentOrAbsolute): 'fromNumber' | 'fromString' {
  return typeof value.value === 'number' ? 'fromNumber' : 'fromString';
}

function renderRouting(
  routing: { [key: string]: unknown },
  options: CanaryStrategyOptions,
): argo.RolloutSpecStrategyCanaryTrafficRouting {
  const stated = (routing.managedRoutes ?? []) as { name: string }[];
  const names = new Set([...stated.map((route) => route.name), ...managedRoutes(options.steps)]);
  return {
    ...routing,
    managedRoutes: names.size > 0 ? [...names].map((name) => ({ name })) : undefined,
    maxTrafficWeight: options.maxTrafficWeight,
  };
}
