import { extrapolatedGrowth } from '../../src/traffic-model/counters/extrapolation';

/** What a release makes of a counter with these values every 30 s, which ends 15 s ago. */
function grown(over: 'rate' | 'increase' | 'delta', values: readonly number[], window: number, caps = true): number {
  const intervals = values.length - 1;
  const lastAt = 1_796_040_000.123;
  const samples = { begin: values[0], end: values[intervals], firstAt: lastAt - 30 * intervals, lastAt, intervals };
  return extrapolatedGrowth(samples, { over, window, now: lastAt + 15, caps });
}

const growing = (from: number, by: number, samples: number): number[] =>
  Array.from({ length: samples }, (_, i) => from + i * by);

/** The values are those that promtool 3.16.0 prints, and 2.42.0 where `caps` is false. */
describe('the growth of a counter over a window', () => {
  test.each([
    ['increase', growing(10, 15, 3), 120, true, 45],
    ['increase', growing(10, 15, 3), 120, false, 47.5],
    ['rate', growing(10, 15, 3), 120, true, 0.375],
    ['rate', growing(10, 15, 3), 120, false, 0.3958333333333333],
    ['increase', growing(1, 10, 3), 120, true, 26],
    ['rate', growing(1, 10, 3), 120, true, 0.21666666666666667],
    // What is no counter may have been below zero.
    ['delta', growing(1, 10, 3), 120, true, 30],
  ] as const)('%s of %j over %d s', (over, values, window, caps, value) =>
    expect(grown(over, values, window, caps)).toBe(value),
  );

  test('lies on the same side of a limit as the value of Prometheus', () => {
    expect(grown('increase', growing(44, 1, 10), 300)).toBe(10);
    // 9 failures in 90 s are less than 0.1 per second.
    expect(grown('rate', growing(66, 3, 4), 120)).toBe(0.09999999999999999);
    expect(grown('rate', growing(44, 1, 10), 300)).toBe(0.03333333333333333);
  });

  test('has no rounding errors of the times of scrapes, wherever in the window they are', () => {
    let exact = 0;
    for (let i = 0; i < 1000; i++) {
      const firstAt = (i * 30) / 1000 + Math.PI / 1e4;
      const samples = { begin: 1e9, end: 1e9 + 9, firstAt, lastAt: firstAt + 270, intervals: 9 };
      if (extrapolatedGrowth(samples, { over: 'increase', window: 300, now: 300, caps: true }) === 10) exact++;
    }
    expect(exact).toBeGreaterThan(950);
  });
});
