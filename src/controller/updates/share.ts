import type { Frame } from '../argo';
import type { RolloutModel, StepModel } from '../model';

/** The header routes that the router has. */
function headerRoutesAt(rollout: RolloutModel, frame: Frame): string[] {
  return [...routesAt(rollout, frame, 'setHeaderRoute').keys()];
}

/** The managed routes of a kind that the router has, with the step that added each. */
function routesAt(
  { steps }: RolloutModel,
  { stepIndex, routes }: Frame,
  kind: 'setHeaderRoute' | 'setMirrorRoute',
): Map<string, StepModel> {
  const found = new Map<string, StepModel>();
  for (const step of steps.slice(0, (stepIndex ?? steps.length) + 1)) {
    const route = step[kind];
    if (route && !route.removes && routes.includes(route.name)) found.set(route.name, step);
  }
  return found;
}

/** A managed route by which requests reach the new version. */
export interface ReachingRoute {
  readonly name: string;
  /** Requests with a header, or copies of requests. */
  readonly kind: 'header' | 'mirror';
  /** Of the requests that match a mirror route, the percentage that is copied. */
  readonly percentage?: number;
}

/** The managed routes that lead to pods of the new version. */
export function reachingRoutes(rollout: RolloutModel, frame: Frame): ReachingRoute[] {
  if (frame.canary.available === 0 || frame.aborted) return [];
  const headers = [...routesAt(rollout, frame, 'setHeaderRoute').keys()];
  const mirrors = [...routesAt(rollout, frame, 'setMirrorRoute')];
  return [
    ...headers.map((name): ReachingRoute => ({ name, kind: 'header' })),
    ...mirrors.map(([name, { setMirrorRoute }]): ReachingRoute => {
      return { name, kind: 'mirror', percentage: setMirrorRoute?.percentage ?? 100 };
    }),
  ];
}

/** Requests to the new version in addition to those of users. */
export interface BesideUsers {
  /** Share of all requests that match a mirror route. */
  readonly mirrorShare: number;
  /** Requests per second that testers send to the preview Service. */
  readonly previewRps: number;
}

/**
 * Requests per second to the new version in addition to those of users: copies by a mirror route, whose responses
 * nobody sees, and those of testers through the preview Service until the active Service switches to the new version.
 */
export function rpsBesideUsers(
  rollout: RolloutModel,
  frame: Frame,
  rps: number,
  { mirrorShare, previewRps }: BesideUsers,
): number {
  const { canary, weight, aborted } = frame;
  if (aborted || canary.available === 0) return 0;
  if (rollout.blueGreen) return rollout.blueGreen.previewService && weight === 0 ? previewRps : 0;
  if (rps === 0 || mirrorShare === 0) return 0;
  const copied = [...routesAt(rollout, frame, 'setMirrorRoute').values()].map(
    ({ setMirrorRoute }) => (setMirrorRoute?.percentage ?? 100) / 100,
  );
  // Of several routes the first that matches copies.
  return rps * mirrorShare * (copied[0] ?? 0);
}

/**
 * The share of the requests that pods of the new version get, from 0 to 1: by weight, by an experiment, and by header
 * routes.
 *
 * @param headerShare the share of all requests that match a header route
 */
export function canaryShare(rollout: RolloutModel, frame: Frame, headerShare = 0): number {
  const share = Math.min(1, (frame.weight + experimentWeight(frame)) / rollout.maxTrafficWeight);
  if (headerShare === 0 || headerRoutesAt(rollout, frame).length === 0) return share;
  return share + (1 - share) * headerShare;
}

const experimentWeight = ({ weights, promoted }: Frame): number => (promoted ? 0 : (weights?.experiment?.canary ?? 0));

/**
 * The part of `canaryShare` that the pods of an experiment get. These requests go through a Service of the experiment, so
 * that who counts by the canary's Service does not see them.
 */
export function experimentShare(rollout: RolloutModel, frame: Frame, headerShare = 0): number {
  const share = Math.min(1, experimentWeight(frame) / rollout.maxTrafficWeight);
  if (share === 0 || headerShare === 0 || headerRoutesAt(rollout, frame).length === 0) return share;
  return (1 - headerShare) * share;
}

/** After an abort that never completes, traffic is counted for this many seconds. */
export const LONGEST_TAIL = 3600;

/** Whether an aborted update keeps traffic on the new version permanently. */
function keepsTraffic(rollout: RolloutModel, frames: readonly Frame[]): boolean {
  const last = frames[frames.length - 1];
  return last.aborted && canaryShare(rollout, last) > 0;
}

/** The time from which the new version gets no requests: after an abort, once the router has returned all of them. */
export function trafficEnd(rollout: RolloutModel, frames: readonly Frame[], endedAt: number): number {
  if (!frames.some(({ aborted }) => aborted)) return endedAt;
  const back = frames.find((frame) => frame.aborted && canaryShare(rollout, frame) === 0);
  return back === undefined ? endedAt + LONGEST_TAIL : Math.max(endedAt, back.time);
}

/** The effects of an update on all users, whatever their version. */
export interface Disruption {
  /** Seconds during which traffic goes to a version without serving pods. Null: it does not end by itself. */
  readonly outageSeconds: number | null;
  /** Whether the abort never returns all traffic to the stable version. */
  readonly abortIncomplete: boolean;
}

/** Outages and aborts that never complete, in one update. */
export function disruptionOf(rollout: RolloutModel, frames: readonly Frame[]): Disruption {
  const seconds = outageSeconds(rollout, frames);
  return {
    outageSeconds: Number.isFinite(seconds) ? seconds : null,
    abortIncomplete: keepsTraffic(rollout, frames),
  };
}

/** Seconds during which traffic goes to a version without serving pods. Infinity if it never ends. */
function outageSeconds(rollout: RolloutModel, frames: readonly Frame[]): number {
  return frames.reduce((sum, frame, i) => {
    if (!isOutage(rollout, frame)) return sum;
    const next = frames[i + 1];
    return sum + (next === undefined ? Infinity : next.time - frame.time);
  }, 0);
}

/** Whether traffic goes to a version without serving pods. */
export function isOutage(rollout: RolloutModel, frame: Frame): boolean {
  if (rollout.replicas === 0) return false;
  const { canary, stable } = frame;
  // The active Service selects only one version.
  if (rollout.blueGreen) return (frame.weight > 0 ? canary : stable).available === 0;
  return canary.available + stable.available === 0;
}
