/** Latency as two points of a log-normal distribution, in seconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/**
 * The traffic and the environment of a rollout. Every value has a default, and the report lists the defaults that were
 * used.
 */
export interface TrafficProfile {
  /** Requests per second to both versions together. A list divides the day into equal parts. */
  readonly rps: number | readonly number[];
  /** Seconds after midnight at which the rollout begins. Default: a random time of the day if `rps` is a list. */
  readonly startsAt?: number;
  /** Share of requests that the stable version fails; default 0. */
  readonly baselineErrorRate: number;
  /** Share of requests that the new version fails. */
  readonly errorRate: number;
  readonly baselineLatency: Latency;
  readonly latency: Latency;
  /** How often a container of each pod of the new version restarts in an hour, at random moments; that of the stable one never does. */
  readonly restarts: number;
  /** Share of its limits of memory and CPU that each container uses: the stable version's, and the new one's. */
  readonly baselineSaturation: number;
  readonly saturation: number;
  /** Upper bounds of the histogram's buckets in seconds. */
  readonly latencyBuckets: readonly number[];
  /** The greatest factor from one bound of a native histogram to the next. */
  readonly nativeBucketFactor: number;
  /** Seconds from a pod's creation until it is available. */
  readonly podStart: number;
  /** Additional seconds that a pod may take, uniformly distributed. */
  readonly podStartSpread: number;
  /** Seconds until a manual pause is approved. */
  readonly approvalAfter: number;
  /** Seconds between two scrapes. With 0, Prometheus sees every request at once. */
  readonly scrapeInterval: number;
  /** Seconds by which a scrape may be late, uniformly distributed; less than the interval. */
  readonly scrapeJitter: number;
  /** Whether counters of failures exist with value 0 from the start, instead of appearing with the first failure. */
  readonly countersFromZero: boolean;
  /** Number of pods of the service, if an autoscaler sets it. Default: as the manifests state. */
  readonly pods?: number;
  /** Number of users who make these requests during a rollout. Default: calculated from `requestsPerUser`. */
  readonly users?: number;
  /** Share of all requests that match a header route of the rollout. */
  readonly headerShare: number;
  /** Share of all requests that match a mirror route of the rollout. */
  readonly mirrorShare: number;
  /** Requests per second that reach the preview Service of a blue-green rollout: testers, or a load generator. */
  readonly previewRps: number;
  /** Requests that one user makes during a rollout. Ignored if `users` is given. */
  readonly requestsPerUser: number;
  /** The service level objective, such as 0.999, and its period in days. */
  readonly slo: number;
  readonly sloDays: number;
}

/** The default buckets of Prometheus's client libraries. */
const CLIENT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const DEFAULT_PROFILE: TrafficProfile = {
  rps: 20,
  baselineErrorRate: 0.001,
  errorRate: 0.05,
  baselineLatency: { p50: 0.05, p99: 0.4 },
  latency: { p50: 0.05, p99: 0.4 },
  restarts: 0,
  baselineSaturation: 0.5,
  saturation: 0.5,
  latencyBuckets: CLIENT_BUCKETS,
  nativeBucketFactor: 1.1,
  podStart: 30,
  podStartSpread: 0,
  approvalAfter: 300,
  scrapeInterval: 30,
  scrapeJitter: 0,
  countersFromZero: false,
  headerShare: 0,
  mirrorShare: 1,
  previewRps: 0,
  requestsPerUser: 20,
  slo: 0.999,
  sloDays: 30,
};

/** Contradictions in a profile whose fields are valid by themselves: the field, and what is wrong. */
export function relationProblems(profile: Partial<TrafficProfile>): { field: keyof TrafficProfile; message: string }[] {
  const { scrapeInterval, scrapeJitter } = { ...DEFAULT_PROFILE, ...profile };
  if (scrapeJitter === 0 || scrapeJitter < scrapeInterval) return [];
  const message = `scrapes come up to ${scrapeJitter} s late, and there is one every ${scrapeInterval} s; give a scrapeJitter below the scrapeInterval`;
  return [{ field: 'scrapeJitter', message }];
}

const DAY = 86_400;

/** Requests per second at a time of the day. */
export function rpsAt({ rps }: Pick<TrafficProfile, 'rps'>, second: number): number {
  if (typeof rps === 'number') return rps;
  const at = ((second % DAY) + DAY) % DAY;
  return rps[Math.floor((at / DAY) * rps.length)];
}

/** Requests of a whole day, per second. */
export function meanRps({ rps }: Pick<TrafficProfile, 'rps'>): number {
  return typeof rps === 'number' ? rps : rps.reduce((sum, value) => sum + value, 0) / rps.length;
}

/** Share of requests at or below a latency. */
export function latencyShare({ p50, p99 }: Latency, bound: number): number {
  if (bound === Infinity) return 1;
  if (bound <= 0) return 0;
  if (p99 === p50) return bound >= p50 ? 1 : 0;
  const sigma = Math.log(p99 / p50) / 2.3263478740408408;
  return normalCdf(Math.log(bound / p50) / sigma);
}

/** Mean and variance of the latency. */
export function latencyMoments({ p50, p99 }: Latency): { mean: number; variance: number } {
  const sigma = Math.log(p99 / p50) / 2.3263478740408408;
  const mean = p50 * Math.exp(sigma ** 2 / 2);
  return { mean, variance: mean ** 2 * (Math.exp(sigma ** 2) - 1) };
}

/** The standard normal distribution function, to 1e-15 (series and continued fraction). */
export function normalCdf(z: number): number {
  if (z < -38) return 0;
  if (z > 38) return 1;
  const x = Math.abs(z);
  let tail: number;
  if (x < 5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * sum; n++) {
      term *= (x * x) / (2 * n + 1);
      sum += term;
    }
    tail = 0.5 - (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  } else {
    let fraction = 0;
    for (let n = 60; n > 0; n--) fraction = n / (x + fraction);
    tail = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) / (x + fraction);
  }
  return z > 0 ? 1 - tail : tail;
}

/** The same traffic with a version that behaves like the stable one. */
export const healthyProfile = (profile: TrafficProfile): TrafficProfile => ({
  ...profile,
  errorRate: profile.baselineErrorRate,
  latency: profile.baselineLatency,
  restarts: 0,
  saturation: profile.baselineSaturation,
});

/** A latency that is so many times another one. */
export const slower = ({ p50, p99 }: Latency, factor: number): Latency => ({ p50: p50 * factor, p99: p99 * factor });

/** The profile with defaults for what it does not state: there the new version is as the stable one, but for its failures. */
export const wholeProfile = (given: Partial<TrafficProfile> = {}): TrafficProfile => {
  const whole = { ...DEFAULT_PROFILE, ...given };
  const { latency = whole.baselineLatency, saturation = whole.baselineSaturation } = given;
  return { ...whole, latency, saturation };
};
