import type { RestartReason } from '../profile';

/** The last reason why a container ended: a series with the value 1 from its first restart on. */
export type LastTerminated = `last-terminated-${RestartReason}`;

/** What kube-state-metrics and cAdvisor count of a container. */
export type Resource =
  | LastTerminated
  | 'restarts'
  | 'memory'
  | 'memory-limit'
  | 'cpu'
  | 'cpu-limit'
  | 'cpu-periods'
  | 'cpu-throttled-periods';

/** Those that only grow while the container runs. */
export const GROWING: ReadonlySet<Resource> = new Set(['restarts', 'cpu', 'cpu-periods', 'cpu-throttled-periods']);

/** Whether a resource comes of restarts, and not of what a container uses. */
export const isOfRestarts = (of: Resource): of is 'restarts' | LastTerminated =>
  of === 'restarts' || of.startsWith('last-terminated-');

/** The kernel looks at a container's use of the CPU ten times a second. */
const PERIODS_PER_SECOND = 10;

/**
 * The value of a resource of one container, which is the same for all pods of a version that have run as long.
 *
 * @param saturation share of the limit that is used
 * @param limit bytes or cores
 * @param seconds since the container started
 */
export function resourceValue(of: Resource, saturation: number, limit: number, seconds: number): number {
  switch (of) {
    case 'memory':
      return saturation * limit;
    case 'memory-limit':
    case 'cpu-limit':
      return limit;
    case 'cpu':
      return Math.min(1, saturation) * limit * seconds;
    case 'cpu-periods':
      return PERIODS_PER_SECOND * seconds;
    case 'cpu-throttled-periods':
      return PERIODS_PER_SECOND * seconds * Math.min(1, saturation);
    default:
      return 0;
  }
}

/** Seconds that a crashed container stays down: the kubelet waits longer each time. */
export const backOff = (crashes: number): number => Math.min(300, 10 * 2 ** (crashes - 1));
