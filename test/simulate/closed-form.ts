import { poissonPmf } from '../../src/simulate/poisson';
import { logFactorial, normalCdf } from '../../src/traffic-model';

/** P(X <= k) of a Poisson variable. */
export function poissonCdf(k: number, mean: number): number {
  let sum = 0;
  for (let i = 0; i <= k; i++) sum += poissonPmf(i, mean);
  return Math.min(1, sum);
}

/** P(X <= k) of a binomial variable. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(
      logFactorial(n) - logFactorial(i) - logFactorial(n - i) + i * Math.log(p) + (n - i) * Math.log1p(-p),
    );
  }
  return Math.min(1, sum);
}

/** Probability that the canary got not a single request in a window. */
export const noDataProbability = (rps: number, share: number, window: number): number =>
  Math.exp(-rps * share * window);

/** Probability that more than `failureLimit` of so many independent measurements fail. */
export const abortProbability = (failing: number, measurements: number, failureLimit: number): number =>
  1 - binomialCdf(failureLimit, measurements, failing);

/** Probability that a count of failures exceeds its limit; failures are Poisson. */
export const countFails = (limit: number, rps: number, share: number, window: number, errorRate: number): number =>
  1 - poissonCdf(Math.floor(limit), rps * share * window * errorRate);

/**
 * Probability that the share of failures exceeds a limit, with a Poisson number of requests; none at all does not
 * fail.
 */
export function ratioFails(limit: number, rps: number, share: number, window: number, errorRate: number): number {
  const requests = rps * share * window;
  const [bad, good] = [requests * errorRate, requests * (1 - errorRate)];
  const most = Math.ceil(bad + 12 * Math.sqrt(bad) + 30);
  let sum = 0;
  for (let failed = 1; failed <= most; failed++) {
    // failed / (failed + succeeded) > limit
    const succeeded = limit <= 0 ? Infinity : (failed * (1 - limit)) / limit;
    const below = succeeded === Infinity ? Infinity : Math.ceil(succeeded - 1e-9) - 1;
    sum += poissonPmf(failed, bad) * (below === Infinity ? 1 : below < 0 ? 0 : poissonCdf(below, good));
  }
  return Math.min(1, sum);
}

/** The inverse of the standard normal distribution function, by bisection. */
export function normalQuantile(p: number): number {
  let [low, high] = [-40, 40];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Requests that the canary needs for a comparison with the stable version to tell two error rates apart: one-sided, with
 * so many false alarms (alpha) and so much power (1 - beta).
 */
export function sampleSize(baseline: number, errorRate: number, share: number, alpha = 0.05, beta = 0.2): number {
  const ratio = (1 - share) / share;
  const pooled = (errorRate + ratio * baseline) / (1 + ratio);
  const root = Math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled));
  const apart = Math.sqrt((baseline * (1 - baseline)) / ratio + errorRate * (1 - errorRate));
  const top = normalQuantile(1 - alpha) * root + normalQuantile(1 - beta) * apart;
  return (top / (errorRate - baseline)) ** 2;
}

/** Requests after which a version that fails this share has failed at least once, with 95 %. */
export const ruleOfThree = (errorRate: number): number => -Math.log(0.05) / errorRate;
