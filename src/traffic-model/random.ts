/** A stream of random numbers that depends on its seed only, and is the same on every machine. */
export class Random {
  /** Four integers of 32 bits, in a list that holds them as such: as plain numbers, engines keep the large ones as objects. */
  private readonly state = new Int32Array(4);

  /** @param seed any number; its integer part counts. */
  constructor(seed: number) {
    // splitmix32 spreads neighbouring seeds far apart.
    let state = Math.trunc(seed) | 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let z = state ^ (state >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z ^= z >>> 15;
      z = Math.imul(z, 0x735a2d97);
      return z ^ (z >>> 15);
    };
    for (let i = 0; i < 4; i++) this.state[i] = next();
  }

  /** Uniform in [0, 1). sfc32. */
  uniform(): number {
    const { state } = this;
    const [b, c, d] = [state[1], state[2], state[3]];
    const t = (((state[0] + b) | 0) + d) | 0;
    state[3] = d + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  }

  /** Standard normal. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Poisson with this mean. Exact: inversion below 10, rejection (Hörmann's PTRS) above. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    return mean < 10 ? this.smallPoisson(mean) : this.largePoisson(mean);
  }

  private smallPoisson(mean: number): number {
    let probability = Math.exp(-mean);
    let rest = this.uniform();
    let count = 0;
    while (rest > probability) {
      rest -= probability;
      count++;
      probability *= mean / count;
      // Smaller differences are lost in a double.
      if (count > 200) return count;
    }
    return count;
  }

  private largePoisson(mean: number): number {
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const vr = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const us = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= vr) return k;
      if (k < 0 || (us < 0.013 && v > us)) continue;
      const left = Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b);
      if (left <= k * Math.log(mean) - mean - logFactorial(k)) return k;
    }
  }
}

const LOG_FACTORIALS: number[] = [0];
for (let n = 1; n < 256; n++) LOG_FACTORIALS.push(LOG_FACTORIALS[n - 1] + Math.log(n));

/** ln(n!) */
export function logFactorial(n: number): number {
  if (n < LOG_FACTORIALS.length) return LOG_FACTORIALS[n];
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
}
