/** Why a container ended, as kube-state-metrics has it. */
export const RESTART_REASONS = ['Error', 'OOMKilled'] as const;
export type RestartReason = (typeof RESTART_REASONS)[number];

/** Latency as points of a log-normal distribution, in seconds. */
export interface Latency {
  readonly p50: number;
  /** Between p50 and p99. The distribution is log-normal below and above it, each by its own two points. */
  readonly p90?: number;
  readonly p99: number;
}

/**
 * The traffic and the environment of a rollout. Every value has a default, and the report lists the defaults that were
 * used.
 */
export interface TrafficProfile {
  /** Requests per second to both versions together. 168 numbers are the hours of a week, and a list of another length divides the day into equal parts. */
  readonly rps: number | readonly number[];
  /** Seconds after midnight at which the rollout begins. Default: a random time of the day if `rps` is a list. */
  readonly startsAt?: number;
  /** The day on which it begins. Default: a random day if `rps` has the hours of a week. */
  readonly startsOn?: Weekday;
  /** Share of requests that the stable version fails; default 0. */
  readonly baselineErrorRate: number;
  /** Share of requests that the new version fails. */
  readonly errorRate: number;
  readonly baselineLatency: Latency;
  readonly latency: Latency;
  /** How often a container of each pod of the new version restarts in an hour, at random moments; that of the stable one never does. */
  readonly restarts: number;
  /** Why they restart. */
  readonly restartReason: RestartReason;
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

/** The days of a week, from the first on. */
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** The default buckets of Prometheus's client libraries. */
const CLIENT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const DEFAULT_PROFILE: TrafficProfile = {
  rps: 20,
  baselineErrorRate: 0.001,
  errorRate: 0.05,
  baselineLatency: { p50: 0.05, p99: 0.4 },
  latency: { p50: 0.05, p99: 0.4 },
  restarts: 0,
  restartReason: 'Error',
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
const WEEK = 7 * DAY;
const HOURS_OF_WEEK = 168;

/** Whether requests per second are those of the hours of a week. */
export const isWeek = (rps: TrafficProfile['rps']): boolean => typeof rps === 'object' && rps.length === HOURS_OF_WEEK;

/** Requests per second at a time of the day, or, with the hours of a week, at a time after Monday 0:00. */
export function rpsAt({ rps }: Pick<TrafficProfile, 'rps'>, second: number): number {
  if (typeof rps === 'number') return rps;
  const cycle = isWeek(rps) ? WEEK : DAY;
  const at = ((second % cycle) + cycle) % cycle;
  return rps[Math.floor((at / cycle) * rps.length)];
}

/**
 * The second at which a rollout begins, as `rpsAt` counts.
 *
 * @param random a random number from 0 to 1, for a profile that leaves the time open; without it, that is Monday, or
 * midnight
 */
export function startSecond(
  { rps, startsAt, startsOn }: Pick<TrafficProfile, 'rps' | 'startsAt' | 'startsOn'>,
  random: () => number = () => 0,
): number {
  if (typeof rps === 'number') return startsAt ?? 0;
  if (!isWeek(rps)) return startsAt ?? random() * DAY;
  if (startsAt === undefined && startsOn === undefined) return random() * WEEK;
  const day = startsOn === undefined ? Math.floor(random() * WEEKDAYS.length) : WEEKDAYS.indexOf(startsOn);
  return day * DAY + (startsAt ?? random() * DAY);
}

/** Requests of a whole day or week, per second. */
export function meanRps({ rps }: Pick<TrafficProfile, 'rps'>): number {
  return typeof rps === 'number' ? rps : rps.reduce((sum, value) => sum + value, 0) / rps.length;
}

/** Standard normal quantiles. */
const Z90 = 1.2815515655446004;
const Z99 = 2.3263478740408408;

/** Part of a log-normal distribution: the logarithm of the latency is `mean + sigma z` for normal quantiles `z` of it. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly mean: number;
  readonly sigma: number;
}

function partsOf({ p50, p90, p99 }: Latency): readonly Part[] {
  const whole = { from: -Infinity, to: Infinity, mean: Math.log(p50), sigma: Math.log(p99 / p50) / Z99 };
  if (p90 === undefined) return [whole];
  const sigma = Math.log(p99 / p90) / (Z99 - Z90);
  return [
    { ...whole, to: Z90, sigma: Math.log(p90 / p50) / Z90 },
    { ...whole, from: Z90, mean: Math.log(p90) - sigma * Z90, sigma },
  ];
}

/** Share of requests at or below a latency. */
export function latencyShare(latency: Latency, bound: number): number {
  if (bound === Infinity) return 1;
  if (bound <= 0) return 0;
  const parts = partsOf(latency);
  const part = latency.p90 !== undefined && bound >= latency.p90 ? parts[1] : parts[0];
  // All requests of the part take the same time, at which the part ends.
  if (part.sigma === 0) return bound >= latency.p50 ? normalCdf(part.to) : normalCdf(part.from);
  return normalCdf((Math.log(bound) - part.mean) / part.sigma);
}

/** Mean and variance of the latency. */
export function latencyMoments(latency: Latency): { mean: number; variance: number } {
  // E[exp(k (m + s z))] over a part, by completing the square.
  const moment = (k: number): number =>
    partsOf(latency).reduce((sum, { from, to, mean, sigma }) => {
      const s = k * sigma;
      return sum + Math.exp(k * mean + s ** 2 / 2) * (normalCdf(to - s) - normalCdf(from - s));
    }, 0);
  const mean = moment(1);
  return { mean, variance: Math.max(0, moment(2) - mean ** 2) };
}

/** Whether two versions are as fast. */
export const sameLatency = (one: Latency, other: Latency): boolean =>
  one.p50 === other.p50 && one.p90 === other.p90 && one.p99 === other.p99;

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
export const slower = ({ p50, p90, p99 }: Latency, factor: number): Latency => ({
  p50: p50 * factor,
  ...(p90 === undefined ? {} : { p90: p90 * factor }),
  p99: p99 * factor,
});

/** A latency with the same median and another p99; p90 lies between them as before, by logarithms. */
export function withP99({ p50, p90, p99: before }: Latency, p99: number): Latency {
  if (p90 === undefined) return { p50, p99 };
  const way = before === p50 ? 1 : Math.log(p90 / p50) / Math.log(before / p50);
  return { p50, p90: p50 * (p99 / p50) ** way, p99 };
}

/** The profile with defaults for what it does not state: there the new version is as the stable one, but for its failures. */
export const wholeProfile = (given: Partial<TrafficProfile> = {}): TrafficProfile => {
  const whole = { ...DEFAULT_PROFILE, ...given };
  const { latency = whole.baselineLatency, saturation = whole.baselineSaturation } = given;
  return { ...whole, latency, saturation };
};
