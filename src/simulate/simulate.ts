import { type RolloutModel, allMetrics } from '../controller';
import { toEnd } from '../formats/to-end';
import { planRollout } from '../plan';
import type { Exact } from './exact';
import { Simulator, type Sampled } from './montecarlo';
import { mean, quantile, share, type Share } from './statistics';
import {
  type Around,
  healthyProfile,
  meanRps,
  type Stated,
  type StatedMetric,
  TrafficDescription,
  type TrafficProfile,
  wholeProfile,
} from '../traffic-model';
import { assumptionsOf } from './assumptions';
import { decisionsOf, type DecidingMetric } from './decisions';
import { type CheckAlone, checkNames, checksAlone } from './family';
import { worseAndWorse } from './regression';

/** What to simulate. */
export interface SimulationOptions {
  readonly profile?: Partial<TrafficProfile>;
  /** Updates with the bad version; default 20,000. */
  readonly runs?: number;
  /** Default 1. */
  readonly seed?: number;
  /** What metrics are whose queries are not recognised, or how they end. */
  readonly stated?: Stated;
  /** The manifests around the rollout: what scrapes it, and under which labels. */
  readonly around?: Around;
  /** Where the manifests state none. */
  readonly namespace?: string;
  /** Label sets of metrics of the app. */
  readonly metrics?: Readonly<Record<string, StatedMetric>>;
  /** What was assumed before, such as the number of pods. */
  readonly assumptions?: readonly string[];
  /** Error rates of the detection curve; default from the baseline up to total failure. */
  readonly curve?: readonly number[];
}

/** Figures about a time or a number that differs from run to run. */
export interface Spread {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
}

/** The results of a simulation: figures with their margins of error (95 %). */
export interface Simulation {
  readonly rollout: string;
  readonly runs: number;
  readonly seed: number;
  /**
   * How the probabilities and the times to detection were found: `computed` where all measurements are independent of
   * each other, `drawn` elsewhere. Requests are always drawn.
   */
  readonly method: 'computed' | 'drawn';
  readonly profile: TrafficProfile;
  /** Whether a step waits for manual approval, which comes as the profile states. */
  readonly waitsForPerson: boolean;
  readonly probability: { readonly aborted: number; readonly paused: number; readonly promoted: number };
  readonly confidence: { readonly aborted: Share; readonly paused: Share; readonly promoted: Share };
  /** Null where nothing was caught. */
  readonly detectionSeconds: Spread | null;
  /** The distribution of the times to detection: the share of all updates that end within each part of time; ascending. */
  readonly detectionTimes: readonly TimeShare[];
  /** Failed requests that the canary gave before it was promoted or taken back. */
  readonly failedRequests: Spread;
  /** Users who met at least one of them, on average. */
  readonly affectedUsers: number;
  /** Share of the error budget of the whole period that went beyond what the stable version would have used. */
  readonly errorBudget: { readonly mean: number; readonly slo: number; readonly days: number };
  /** Null where nothing was promoted. */
  readonly promotionSeconds: Spread | null;
  /** Effects on all users, whatever their version: shares of all updates with the bad version. */
  readonly disruption: {
    /** No pod of either version serves for a time: in which part of the updates, and for how many seconds. */
    readonly outage: number;
    readonly outageSeconds: Spread | null;
    /** No pod of either version serves, and that does not end by itself. */
    readonly endlessOutage: number;
    /** The abort never completes, and the canary keeps its traffic. */
    readonly abortIncomplete: number;
  };
  /** By metric: how likely each measurement finds no data, of those that were taken. */
  readonly noData: readonly { readonly metric: string; readonly probability: readonly number[] }[];
  /** A healthy version that is aborted or paused all the same. */
  readonly falseAlarm: Share & { readonly aborted: number; readonly paused: number };
  /** All checks together: healthy versions that they stop, and bad ones that get through. */
  readonly together: { readonly falseAlarm: Share; readonly missed: Share };
  /** Each check as if it were the only one; empty where it is. */
  readonly alone: readonly CheckAlone[];
  /** Versions that are worse and worse, in the first way in which the profile's version is. */
  readonly detectionCurve: readonly ({
    readonly what: string;
    readonly errorRate: number;
    readonly detectionSeconds: number | null;
  } & Share)[];
  /** By metric that ended updates with the bad version: how often, and what it had measured. */
  readonly decidedBy: readonly DecidingMetric[];
  /** The same with a healthy version. */
  readonly falseAlarmBy: readonly DecidingMetric[];
  /** Faults of the controller that the update meets, a sentence each; empty until the simulation is whole. */
  readonly faults: readonly string[];
  /** Assumptions, a sentence each. */
  readonly assumptions: readonly string[];
  /** The largest half-width of the 95 % intervals, and whether it is below two points. */
  readonly convergence: { readonly halfWidth: number; readonly converged: boolean };
}

/** The share of updates that end later than `from`, at `to` at the latest, in seconds. */
export interface TimeShare {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Simulates a rollout. Throws what `Simulator` throws, and NeverPromoted. */
export function simulate(given: RolloutModel, options: SimulationOptions = {}): Simulation {
  const simulation = toEnd(simulateInStages(given, options));
  return { ...simulation, faults: faultsOf(given, simulation.profile) };
}

/**
 * Simulates a rollout, and gives what is known so far: first the figures of the whole, then the detection curve point by point,
 * then each check alone. Whoever has no use for the rest stops asking. The figures are those of `simulate`.
 */
export function* simulateInStages(
  given: RolloutModel,
  options: SimulationOptions = {},
): Generator<Simulation, Simulation, undefined> {
  const stated = wholeProfile(options.profile);
  const { runs = 20_000, seed = 1 } = options;
  const rollout = stated.pods === undefined ? given : { ...given, replicas: stated.pods };
  const simulator = simulatorOf(rollout, options);
  const profile = scrapedProfile(stated, simulator);
  const main = simulator.sample(profile, runs, seed);
  const healthy = healthyProfile(profile);
  // Of healthy versions only matters what stops them.
  const alarm = simulator.measures ? simulator.sample(healthy, runs, seed + 1) : main;
  const steps = worseAndWorse(profile, options.curve);
  const each = Math.max(1000, Math.round(runs / 4));
  const found = chancesOf(simulator, profile, () => main);
  const { confidence } = found;
  const halfWidth = Math.max(...Object.values(confidence).map(({ low, high }) => (high - low) / 2));
  const stopped = chancesOf(simulator, healthy, () => alarm);
  let simulation: Simulation = {
    rollout: rollout.namespace ? `${rollout.namespace}/${rollout.name}` : rollout.name,
    runs,
    seed,
    method: found.computed ? 'computed' : 'drawn',
    profile,
    waitsForPerson: rollout.steps.some(({ pause }) => pause !== undefined && pause.seconds === undefined),
    probability: {
      aborted: confidence.aborted.value,
      paused: confidence.paused.value,
      promoted: confidence.promoted.value,
    },
    confidence,
    detectionSeconds: found.detection,
    detectionTimes: found.times,
    failedRequests: spreadOf(main.failedRequests)!,
    affectedUsers: usersHit(main, profile),
    errorBudget: budget(main, profile),
    promotionSeconds: spreadOf(main.promotions),
    disruption: {
      outage: main.outages.length / runs,
      outageSeconds: spreadOf(main.outages),
      endlessOutage: main.endlessOutages / runs,
      abortIncomplete: main.incompleteAborts / runs,
    },
    noData: main.noData.map(({ metric, measurements }) => ({
      metric,
      probability: measurements.map(({ taken, empty }) => empty / taken),
    })),
    falseAlarm: {
      ...stopped.caught,
      aborted: stopped.confidence.aborted.value,
      paused: stopped.confidence.paused.value,
    },
    together: {
      falseAlarm: stopped.caught,
      missed: confidence.promoted,
    },
    alone: [],
    detectionCurve: [],
    decidedBy: decisionsOf(rollout, main),
    falseAlarmBy: decisionsOf(rollout, alarm),
    faults: [],
    assumptions: assumptionsOf(rollout, options, simulator),
    convergence: { halfWidth, converged: halfWidth < 0.02 },
  };
  for (const [i, { profile: one, what }] of steps.entries()) {
    yield simulation;
    const { caught, detection } = chancesOf(simulator, one, () => simulator.sample(one, each, seed + 2 + i));
    const point = { what, errorRate: one.errorRate, detectionSeconds: detection?.mean ?? null, ...caught };
    simulation = { ...simulation, detectionCurve: [...simulation.detectionCurve, point] };
  }
  if (checkNames(simulator).length < 2) return simulation;
  yield simulation;
  return { ...simulation, alone: checksAlone(simulator, profile, each, seed + 100) };
}

/** Faults of the controller, from the plan; there is none of a Flagger Canary's controller. */
function faultsOf(rollout: RolloutModel, { podStart }: TrafficProfile): readonly string[] {
  return rollout.flagger ? [] : planRollout(rollout, { podStart }).faults;
}

/** Makes a rollout ready to be simulated with what is stated about it. */
export function simulatorOf(rollout: RolloutModel, options: SimulationOptions): Simulator {
  const { around, namespace, metrics, profile, stated } = options;
  const description = new TrafficDescription({ model: rollout, around, namespace, metrics, profile });
  return new Simulator(rollout, stated, description);
}

/** The profile with the scrape interval that the monitors state. An ideal Prometheus stays ideal. */
export function scrapedProfile(profile: TrafficProfile, { scrapeInterval }: Simulator): TrafficProfile {
  if (profile.scrapeInterval === 0 || scrapeInterval === undefined) return profile;
  return { ...profile, scrapeInterval, scrapeJitter: Math.min(profile.scrapeJitter, scrapeInterval * 0.99) };
}

interface Chances {
  readonly computed: boolean;
  readonly confidence: Simulation['confidence'];
  /** Aborted or paused. */
  readonly caught: Share;
  readonly detection: Spread | null;
  readonly times: readonly TimeShare[];
}

/** The chances under a profile: computed where that can be done, otherwise as they were drawn. */
function chancesOf(simulator: Simulator, profile: TrafficProfile, sampled: () => Sampled): Chances {
  const exact = simulator.exactly(profile);
  if (exact === undefined) {
    const { counts, runs, detections } = sampled();
    return {
      computed: false,
      confidence: {
        aborted: share(counts.aborted, runs),
        paused: share(counts.paused, runs),
        promoted: share(counts.promoted, runs),
      },
      caught: share(counts.aborted + counts.paused, runs),
      detection: spreadOf(detections),
      times: timeShares(Array.from(detections, (at) => ({ at, probability: 1 / runs }))),
    };
  }
  const sure = (value: number): Share => ({ value, low: value, high: value });
  return {
    computed: true,
    confidence: { aborted: sure(exact.aborted), paused: sure(exact.paused), promoted: sure(exact.promoted) },
    caught: sure(exact.aborted + exact.paused),
    detection: spreadOfExact(exact),
    times: timeShares(exact.detections),
  };
}

/** The lengths of parts of time, in seconds, and how many of them are the most. */
const PARTS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];
const MOST_PARTS = 40;

/** How probable it is that an update ends within each part of time, all as long as each other. */
function timeShares(detections: Exact['detections']): TimeShare[] {
  const last = Math.max(0, ...detections.slice(-1).map(({ at }) => at));
  const length = PARTS.find((part) => last / part <= MOST_PARTS) ?? Math.ceil(last / MOST_PARTS);
  const shares: number[] = [];
  for (const { at, probability } of detections) {
    const part = Math.max(0, Math.ceil(at / length) - 1);
    shares[part] = (shares[part] ?? 0) + probability;
  }
  return Array.from(shares, (share = 0, i) => ({ from: i * length, to: (i + 1) * length, share })).filter(
    ({ share }) => share > 0,
  );
}

function spreadOfExact({ detections }: Exact): Spread | null {
  const total = detections.reduce((sum, { probability }) => sum + probability, 0);
  if (total === 0) return null;
  const level = (wanted: number): number => {
    let sum = 0;
    return detections.find(({ probability }) => (sum += probability) >= wanted * total)!.at;
  };
  const mean = detections.reduce((sum, { at, probability }) => sum + at * probability, 0) / total;
  return { mean, p50: level(0.5), p95: level(0.95) };
}

function spreadOf(ascending: Float64Array): Spread | null {
  if (ascending.length === 0) return null;
  return { mean: mean(ascending), p50: quantile(ascending, 0.5), p95: quantile(ascending, 0.95) };
}

/** Failures fall at random on the users of that time, whose requests are spread over both versions: so many are hit. */
function usersHit({ failedRequests, meanSeconds }: Sampled, profile: TrafficProfile): number {
  const users = profile.users ?? (meanRps(profile) * meanSeconds) / profile.requestsPerUser;
  const hit = mean(failedRequests);
  return users <= 1 ? Math.min(hit, users) : users * (1 - Math.exp(hit * Math.log1p(-1 / users)));
}

function budget(main: Sampled, profile: TrafficProfile): Simulation['errorBudget'] {
  const allowed = (1 - profile.slo) * meanRps(profile) * profile.sloDays * 86_400;
  const excess = mean(main.failedRequests) - main.meanRequests * profile.baselineErrorRate;
  return { mean: allowed === 0 ? 0 : Math.max(0, excess) / allowed, slo: profile.slo, days: profile.sloDays };
}

/** Whether anything at all is measured: a rollout without an analysis catches nothing. */
export const isAnalysed = (rollout: RolloutModel): boolean => allMetrics(rollout).length > 0;
