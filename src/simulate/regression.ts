import { sameLatency, slower, type TrafficProfile } from '../traffic-model';
import { percentage } from '../formats/percentage';

/** What a version may do worse than the one before it. */
type Regression = 'errors' | 'latency' | 'restarts' | 'saturation';

/** In what the new version of a profile differs from the old one. */
function regressionsOf(profile: TrafficProfile): Regression[] {
  const { latency, baselineLatency } = profile;
  const found: Regression[] = [];
  if (profile.errorRate !== profile.baselineErrorRate) found.push('errors');
  if (!sameLatency(latency, baselineLatency)) found.push('latency');
  if (profile.restarts > 0) found.push('restarts');
  if (profile.saturation !== profile.baselineSaturation) found.push('saturation');
  return found;
}

/** What a version does, behind 'a version that'. */
export function regressionText(profile: TrafficProfile): string {
  const parts = regressionsOf(profile).map((regression) => PHRASES[regression](profile));
  return parts.length === 0 ? 'behaves like the stable one' : parts.join(' and ');
}

/** The same in a few words, behind 'bad versions'. */
export function regressionLabel(profile: TrafficProfile): string {
  const parts = regressionsOf(profile).map((regression) => LABELS[regression](profile));
  return parts.length === 0 ? LABELS.errors(profile) : parts.join(', ');
}

/** The checks of the catalogue that see a regression. */
export function checksFor(profile: TrafficProfile): string[] {
  return regressionsOf(profile).flatMap((regression) => [
    ...CHECKS[regression],
    ...(regression === 'restarts' && profile.restartReason === 'OOMKilled' ? ['outOfMemoryKills'] : []),
  ]);
}

const CHECKS: Readonly<Record<Regression, readonly string[]>> = {
  errors: ['errorRate', 'failureCount', 'sequentialTest'],
  latency: ['latency', 'latencyAgainstStable', 'sequentialLatencyTest'],
  restarts: ['restarts'],
  saturation: ['saturation'],
};

const PHRASES: Readonly<Record<Regression, (profile: TrafficProfile) => string>> = {
  errors: ({ errorRate, baselineErrorRate }) =>
    `fails ${percentage(errorRate)} of its requests (today: ${percentage(baselineErrorRate)})`,
  latency: ({ latency, baselineLatency }) => {
    const factor = latency.p50 / baselineLatency.p50;
    const same = Math.abs(factor - latency.p99 / baselineLatency.p99) < 1e-9;
    const times = same ? `${Number(factor.toPrecision(3))} times as slow: ` : '';
    return `answers ${times}p50 in ${ms(latency.p50)} and p99 in ${ms(latency.p99)} (today: ${ms(baselineLatency.p50)} and ${ms(baselineLatency.p99)})`;
  },
  restarts: ({ restarts, restartReason }) => {
    const often = restarts === 1 ? 'once' : `${restarts} times`;
    return `restarts each container ${often} an hour${restartReason === 'OOMKilled' ? ' for its memory' : ''} (today: never)`;
  },
  saturation: ({ saturation, baselineSaturation }) =>
    `uses ${short(saturation)} of its limits of memory and CPU (today: ${short(baselineSaturation)})`,
};

const LABELS: Readonly<Record<Regression, (profile: TrafficProfile) => string>> = {
  errors: ({ errorRate }) => `${percentage(errorRate)} fail`,
  latency: ({ latency }) => `p99 ${ms(latency.p99)}`,
  restarts: ({ restarts }) => perHour(restarts),
  saturation: ({ saturation }) => `${short(saturation)} of the limits`,
};

const perHour = (restarts: number): string => `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}/h`;

/** A figure of a profile, as it was stated. */
const short = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;
const ms = (seconds: number): string => `${Number((1000 * seconds).toPrecision(4))} ms`;

/** One step of a detection curve: a version that is so much worse. */
interface Worse {
  readonly profile: TrafficProfile;
  /** As a row of a table begins. */
  readonly what: string;
}

const RATES = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
const FACTORS = [1.1, 1.25, 1.5, 2, 3, 5, 10];
const RESTARTS = [1, 2, 5, 10, 20, 60];
const LEVELS = [0.6, 0.7, 0.8, 0.9, 0.95, 1];

/** Versions that are worse in one way, more and more: in the first way in which the profile's version is. */
export function worseAndWorse(profile: TrafficProfile, rates?: readonly number[]): Worse[] {
  const [regression = 'errors'] = rates === undefined ? regressionsOf(profile) : ['errors' as const];
  const sorted = (steps: readonly number[], own: number, least: number): number[] =>
    [...new Set([...steps.filter((one) => one > least), own])].sort((a, b) => a - b);
  switch (regression) {
    case 'errors':
      return (rates ?? sorted(RATES, profile.errorRate, profile.baselineErrorRate)).map((errorRate) => ({
        profile: { ...profile, errorRate },
        what: `fails ${percentage(errorRate)}`,
      }));
    case 'latency': {
      const { latency, baselineLatency } = profile;
      return sorted(FACTORS, latency.p99 / baselineLatency.p99, 1).map((factor) => ({
        profile: {
          ...profile,
          latency: {
            ...slower(baselineLatency, factor),
            ...(latency.p50 === baselineLatency.p50 ? { p50: latency.p50 } : {}),
          },
        },
        what: `p99 ${ms(baselineLatency.p99 * factor)}`,
      }));
    }
    case 'restarts':
      return sorted(RESTARTS, profile.restarts, 0).map((restarts) => ({
        profile: { ...profile, restarts },
        what: perHour(restarts),
      }));
    case 'saturation':
      return sorted(LEVELS, profile.saturation, profile.baselineSaturation).map((saturation) => ({
        profile: { ...profile, saturation },
        what: `uses ${short(saturation)}`,
      }));
  }
}
