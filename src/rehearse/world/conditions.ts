import type { Latency, RestartReason, TrafficProfile } from '../../traffic-model';

/** How a version of the app behaves. */
export interface VersionBehaviour {
  /** Share of its requests that fail. */
  readonly errorRate: number;
  readonly latency: Latency;
  /** Its pods never begin to serve. */
  readonly neverStarts?: boolean;
  /** Seconds that a process serves before it crashes, each time anew. */
  readonly crashesAfter?: number;
  /** Restarts of a container of each pod per hour, at random moments; default 0. */
  readonly restarts?: number;
  /** Why its containers end when they restart or crash; default Error. */
  readonly restartReason?: RestartReason;
  /** Share of its limits of memory and CPU that each container uses; default that of the profile. */
  readonly saturation?: number;
}

/** A stretch of a rollout's time: seconds from the change of the template. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** The conditions of a rehearsal. All times are in seconds. */
export interface Conditions {
  /** Traffic, pods and scrapes; its error rates and latencies are those of the two versions below. */
  readonly profile: TrafficProfile;
  readonly canary: VersionBehaviour;
  readonly stable: VersionBehaviour;
  /** The time in the rollout from which on there are no requests. */
  readonly trafficStopsAt?: number;
  /** While this lasts, Prometheus cannot be reached by the controller; it scrapes all the same. */
  readonly prometheusUnreachable?: TimeSpan;
  /** Time until a manual pause is approved; undefined: never. */
  readonly approvalAfter?: number;
}

/** The conditions of a profile: a version with this error rate, and a manual approval. */
export function conditionsOf(profile: TrafficProfile): Conditions {
  return {
    profile,
    canary: {
      errorRate: profile.errorRate,
      latency: profile.latency,
      restarts: profile.restarts,
      restartReason: profile.restartReason,
      saturation: profile.saturation,
    },
    stable: {
      errorRate: profile.baselineErrorRate,
      latency: profile.baselineLatency,
      saturation: profile.baselineSaturation,
    },
    approvalAfter: profile.approvalAfter,
  };
}
