import { Random, rpsAt, startSecond, type Version } from '../../traffic-model';
import type { Conditions } from './conditions';
import { LatencyModel, RequestCounters, type RequestOutcome } from '../metrics/request-counters';
import { type Asked, Ledger } from './ledger';
import type { Pod } from './pods';

/** The counters of the processes in a pod: a crash resets the app's counters, but not the proxy's. */
export interface PodCounters {
  readonly app: RequestCounters;
  readonly proxy: RequestCounters;
}

/** A profile over the day is followed to the minute. */
const RATE_STEP = 60;
/** Counters of pods that have long been there are far from zero: so many seconds of traffic. */
const HISTORY_SECONDS = 86_400;

/**
 * Generates random requests of users, distributes them over the pods, and makes them fail at the rates of the versions.
 */
export class Users {
  readonly ledger = new Ledger();
  /** Of the ingress gateway, by the version that it sent requests to. */
  readonly gateway: Readonly<Record<Version, RequestCounters>>;
  private readonly counters = new Map<Pod, PodCounters>();
  private readonly random: Random;
  private latencies: Readonly<Record<Version, LatencyModel>>;

  constructor(
    private conditions: Conditions,
    private readonly bounds: readonly number[],
    seed: number,
  ) {
    this.random = new Random(seed);
    this.gateway = { new: new RequestCounters(bounds), old: new RequestCounters(bounds) };
    this.latencies = this.latenciesOf(conditions);
  }

  /** Changes the conditions from now on. */
  change(conditions: Conditions): void {
    this.conditions = conditions;
    this.latencies = this.latenciesOf(conditions);
  }

  private latenciesOf({ canary, stable }: Conditions): Readonly<Record<Version, LatencyModel>> {
    return { new: new LatencyModel(canary.latency, this.bounds), old: new LatencyModel(stable.latency, this.bounds) };
  }

  countersOf(pod: Pod): PodCounters {
    let counters = this.counters.get(pod);
    if (counters === undefined) {
      counters = { app: new RequestCounters(this.bounds), proxy: new RequestCounters(this.bounds) };
      this.counters.set(pod, counters);
    }
    return counters;
  }

  /** Pods that have long been there have counted long; the gateway too. */
  remember(pods: readonly Pod[], now: number): void {
    const requests = (this.rps(now, 0) * HISTORY_SECONDS) / Math.max(1, pods.length);
    for (const pod of pods) {
      const { app, proxy } = this.countersOf(pod);
      this.count('old', requests, [app, proxy, this.gateway.old]);
    }
  }

  /** When the rate changes next by itself. `begun` is when the update under way began. */
  nextChange(now: number, begun: number): number {
    const { profile, trafficStopsAt } = this.conditions;
    const stop = trafficStopsAt === undefined ? Infinity : begun + trafficStopsAt;
    const step = typeof profile.rps === 'number' ? Infinity : (Math.floor(now / RATE_STEP) + 1) * RATE_STEP;
    return Math.min(stop > now ? stop : Infinity, step);
  }

  private rps(now: number, begun: number): number {
    const { profile, trafficStopsAt } = this.conditions;
    if (trafficStopsAt !== undefined && now >= begun + trafficStopsAt) return 0;
    return rpsAt(profile, startSecond(profile) + now);
  }

  /**
   * Simulates traffic between two times without changes. `beside`: what the new version gets besides, while users make
   * so many requests per second; users see nothing of it. `experiment`: the part of the canary's share that the pods of an
   * experiment get through a Service of their own, so that a gateway counts nothing under the canary's.
   */
  flow(
    from: number,
    to: number,
    canaryShare: number,
    pods: readonly Pod[],
    begun: number,
    beside: (rps: number) => number = () => 0,
    experiment = 0,
  ): void {
    const rps = this.rps(from, begun);
    const requests = rps * (to - from);
    const others = beside(rps) * (to - from);
    const reached = others > 0 ? pods.filter((pod) => pod.version === 'new' && pod.serves(from)) : [];
    for (const pod of reached) {
      const { app, proxy } = this.countersOf(pod);
      this.count('new', others / reached.length, [app, proxy], 'beside');
    }
    for (const [version, share, inGateway] of [
      ['new', canaryShare - experiment, true],
      ['new', experiment, false],
      ['old', 1 - canaryShare, true],
    ] as const) {
      if (share <= 0 || requests === 0) continue;
      // The Service of an experiment selects its own pods, that of a version all that have its hash.
      const own = inGateway ? pods : pods.filter(({ owner }) => owner === 'experiment');
      const serving = own.filter((pod) => pod.version === version && pod.serves(from));
      if (serving.length === 0) this.turnAway(version, requests * share);
      for (const pod of serving) {
        const { app, proxy } = this.countersOf(pod);
        const into = inGateway ? [app, proxy, this.gateway[version]] : [app, proxy];
        this.count(version, (requests * share) / serving.length, into, version);
      }
    }
    this.ledger.close(to);
  }

  /** No pod serves, so only the gateway counts the requests. */
  private turnAway(version: Version, expected: number): void {
    const requests = this.random.poisson(expected);
    this.gateway[version].add('failed', requests, this.latencies[version], this.random);
    this.ledger.add(version, requests, requests);
  }

  /** @param asked as whose requests the ledger has them; by default they were before it began */
  private count(version: Version, expected: number, into: readonly RequestCounters[], asked?: Asked): void {
    const { errorRate } = version === 'new' ? this.conditions.canary : this.conditions.stable;
    const drawn: Record<RequestOutcome, number> = {
      failed: this.random.poisson(expected * errorRate),
      succeeded: this.random.poisson(expected * (1 - errorRate)),
    };
    for (const outcome of ['failed', 'succeeded'] as const) {
      for (const counters of into) counters.add(outcome, drawn[outcome], this.latencies[version], this.random);
    }
    if (asked) this.ledger.add(asked, drawn.failed + drawn.succeeded, drawn.failed);
  }
}
