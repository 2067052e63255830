import { poissonCdf } from '../simulate/closed-form';
import { binomial, logFactorial, Random } from '../../src/traffic-model';

const DRAWS = 200_000;

describe('random numbers', () => {
  test('the same seed gives the same stream, on every machine', () => {
    const random = new Random(7);
    expect([random.uniform(), random.poisson(3), random.poisson(300), random.normal()]).toEqual([
      expect.closeTo(0.257827443, 8),
      expect.any(Number),
      expect.any(Number),
      expect.any(Number),
    ]);
    const [a, b] = [new Random(42), new Random(42)];
    for (let i = 0; i < 100; i++) expect(a.poisson(i)).toBe(b.poisson(i));
  });

  // Both ways of drawing, and the border between them.
  test.each([0.03, 1, 9.99, 10, 25, 1000])('Poisson of mean %d has its distribution', (mean) => {
    const random = new Random(1);
    const below = Math.floor(mean);
    let [sum, square, reached] = [0, 0, 0];
    for (let i = 0; i < DRAWS; i++) {
      const k = random.poisson(mean);
      sum += k;
      square += (k - mean) ** 2;
      if (k <= below) reached++;
    }
    // Four standard deviations of each estimate.
    expect(Math.abs(sum / DRAWS - mean)).toBeLessThan(4 * Math.sqrt(mean / DRAWS));
    expect(Math.abs(square / DRAWS - mean)).toBeLessThan(4 * Math.sqrt((mean + 2 * mean ** 2) / DRAWS));
    const expected = poissonCdf(below, mean);
    expect(Math.abs(reached / DRAWS - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / DRAWS));
  });

  test.each([
    [10, 0.3],
    [1000, 0.02],
    [5000, 0.6],
  ])('binomial of %d with %d has its mean and variance', (n, p) => {
    const random = new Random(2);
    let [sum, square] = [0, 0];
    for (let i = 0; i < DRAWS / 4; i++) {
      const k = binomial(random, n, p);
      sum += k;
      square += (k - n * p) ** 2;
    }
    const variance = n * p * (1 - p);
    expect(Math.abs(sum / (DRAWS / 4) - n * p)).toBeLessThan(4 * Math.sqrt(variance / (DRAWS / 4)));
    expect(square / (DRAWS / 4) / variance).toBeCloseTo(1, 1);
  });

  test('factorials meet where one formula takes over from the other', () => {
    expect(logFactorial(256) - logFactorial(255)).toBeCloseTo(Math.log(256), 9);
    expect(logFactorial(10)).toBeCloseTo(Math.log(3628800), 12);
  });
});
