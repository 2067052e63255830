/** Formula 9 with a uniform prior: ln of B(1 + Fc, 1 + Fs) / (r^Fc (1 - r)^Fs). */
export function logEvidence(canary: number, stable: number, share: number): number {
  const logBeta = logGamma(canary + 1) + logGamma(stable + 1) - logGamma(canary + stable + 2);
  return logBeta - canary * Math.log(share) - stable * Math.log(1 - share);
}

/** By Lanczos, to fifteen digits. */
function logGamma(z: number): number {
  const g = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const x = z - 1;
  const sum = g.slice(1).reduce((total, coefficient, i) => total + coefficient / (x + i + 1), g[0]);
  const t = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}
