import type { Random } from '../random';

/** Binomial. Uses inversion for small means, and the normal approximation where both tails are negligible. */
export function binomial(random: Random, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  const mean = n * p;
  if (mean > 60) {
    const drawn = Math.round(mean + Math.sqrt(mean * (1 - p)) * random.normal());
    return Math.max(0, Math.min(n, drawn));
  }
  let probability = (1 - p) ** n;
  if (probability === 0) return Math.min(n, random.poisson(mean));
  let rest = random.uniform();
  let k = 0;
  while (rest > probability && k < n) {
    rest -= probability;
    probability *= ((n - k) / (k + 1)) * (p / (1 - p));
    k++;
  }
  return k;
}
