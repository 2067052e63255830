import type { Frame } from '../argo';
import type { RolloutModel, StepModel } from '../model';

/** The header routes that are in force at a step: added by then, and not removed again. */
export function headerRoutesAt(rollout: RolloutModel, frame: Frame): string[] {
  return [...routesAt(rollout, frame, 'setHeaderRoute').keys()];
}

/** The managed routes of a kind that are in force at a step, with the step that added each. */
function routesAt(
  { steps }: RolloutModel,
  { stepIndex, canary, aborted, promoted }: Frame,
  kind: 'setHeaderRoute' | 'setMirrorRoute',
): Map<string, StepModel> {
  const active = new Map<string, StepModel>();
  if (stepIndex === undefined || aborted || promoted || canary.available === 0) return active;
  for (const step of steps.slice(0, stepIndex + 1)) {
    const route = step[kind];
    if (route?.removes) active.delete(route.name);
    else if (route) active.set(route.name, step);
  }
  return active;
}

/** What the world sends to the new version beside the users' own requests. */
export interface BesideUsers {
  /** Share of all requests that match a mirror route. */
  readonly mirrorShare: number;
  /** Requests per second that testers send to the preview Service. */
  readonly previewRps: number;
}

/**
 * Requests per second that the new version gets beside those of users: copies by a mirror route, whose answers nobody
 * sees, and those of testers through the preview Service until the active Service goes to the new version.
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
 * The share of the requests that pods of the new version get, as a part of 1: by weight, by an experiment, and by header
 * routes.
 *
 * @param headerShare the part of all requests that match a header route
 */
export function canaryShare(rollout: RolloutModel, frame: Frame, headerShare = 0): number {
  const { stepIndex, weight, aborted, promoted } = frame;
  const step = stepIndex === undefined || aborted || promoted ? undefined : rollout.steps[stepIndex];
  const experiment = step?.experiment?.canaryWeight ?? 0;
  const share = Math.min(1, (weight + experiment) / rollout.maxTrafficWeight);
  if (headerShare === 0 || headerRoutesAt(rollout, frame).length === 0) return share;
  return share + (1 - share) * headerShare;
}

/** After an abort that never completes, traffic is counted for this long. */
const LONGEST_TAIL = 3600;

/** Whether an aborted update keeps traffic on the new version for ever. */
export function keepsTraffic(rollout: RolloutModel, frames: readonly Frame[]): boolean {
  const last = frames[frames.length - 1];
  return last.aborted && canaryShare(rollout, last) > 0;
}

/** When the new version gets no request any more: after an abort, once the router has taken all of them back. */
export function trafficEnd(rollout: RolloutModel, frames: readonly Frame[], endedAt: number): number {
  if (!frames.some(({ aborted }) => aborted)) return endedAt;
  const back = frames.find((frame) => frame.aborted && canaryShare(rollout, frame) === 0);
  return back === undefined ? endedAt + LONGEST_TAIL : Math.max(endedAt, back.time);
}

/** Seconds during which no pod serves that traffic goes to; Infinity where that is how it ends. */
export function outageSeconds(rollout: RolloutModel, frames: readonly Frame[]): number {
  return frames.reduce((sum, frame, i) => {
    if (!isOutage(rollout, frame)) return sum;
    const next = frames[i + 1];
    return sum + (next === undefined ? Infinity : next.time - frame.time);
  }, 0);
}

/** Whether no pod that the traffic goes to can serve. */
function isOutage(rollout: RolloutModel, frame: Frame): boolean {
  if (rollout.replicas === 0) return false;
  const { canary, stable } = frame;
  // Behind the active Service is one version alone.
  if (rollout.blueGreen) return (frame.weight > 0 ? canary : stable).available === 0;
  return canary.available + stable.available === 0;
}
