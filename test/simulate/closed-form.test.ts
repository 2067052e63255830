import {
  abortProbability,
  binomialCdf,
  countFails,
  noDataProbability,
  normalQuantile,
  poissonCdf,
  ratioFails,
  ruleOfThree,
  sampleSize,
} from './closed-form';

describe('closed forms', () => {
  test('give the figures of textbooks', () => {
    expect(binomialCdf(2, 10, 0.5)).toBeCloseTo(56 / 1024, 12);
    expect(poissonCdf(1, 2)).toBeCloseTo(3 * Math.exp(-2), 12);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 9);
  });

  test('a version with nine chances in ten to fail each of five measurements gets past a limit of four by 1 - 0.9⁵', () => {
    expect(abortProbability(0.9, 5, 4)).toBeCloseTo(0.9 ** 5, 12);
    expect(abortProbability(0.1, 15, 0)).toBeCloseTo(1 - 0.9 ** 15, 12);
  });

  test('a canary with one request a minute has no data in a minute one time in e', () => {
    expect(noDataProbability(1, 1 / 60, 60)).toBeCloseTo(Math.exp(-1), 12);
  });

  test('more than five failures in five minutes: a Poisson tail', () => {
    expect(countFails(5, 20, 0.05, 300, 0.02)).toBeCloseTo(1 - poissonCdf(5, 6), 12);
  });

  test('a share above 1 % among few requests is one failure at all', () => {
    // 6 requests on average: 100 of them never come, so that any failure is more than 1 %.
    expect(ratioFails(0.01, 1, 0.05, 120, 0.02)).toBeCloseTo(1 - Math.exp(-0.12), 9);
  });

  test('requests that a comparison needs, with four fifths of power and one false alarm in twenty', () => {
    expect(Math.abs(sampleSize(0.005, 0.01, 0.05) - 1710)).toBeLessThan(1);
    expect(Math.abs(sampleSize(0.001, 0.002, 0.05) - 8602)).toBeLessThan(1);
    expect(Math.abs(sampleSize(0.01, 0.05, 0.05) - 84)).toBeLessThan(1);
    expect(ruleOfThree(0.01)).toBeCloseTo(300, -1);
  });
});
