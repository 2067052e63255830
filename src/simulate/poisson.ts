import { logFactorial } from '../traffic-model';

/** P(X = k) of a Poisson variable. */
export function poissonPmf(k: number, mean: number): number {
  if (mean === 0) return k === 0 ? 1 : 0;
  return Math.exp(k * Math.log(mean) - mean - logFactorial(k));
}
