import { latencyMoments, latencyShare, rpsAt, startSecond, withP99, slower } from '../../src/traffic-model';

const HOUR = 3600;
const WEEK = Array.from({ length: 168 }, (_, hour) => hour);

describe('requests over the week', () => {
  test.each([
    [0, 0],
    [23.5 * HOUR, 23],
    [(3 * 24 + 7) * HOUR, 79],
    [168 * HOUR, 0],
    [-1, 167],
  ])('second %s is hour %s', (second, hour) => {
    expect(rpsAt({ rps: WEEK }, second)).toBe(hour);
  });

  test('a list of another length is a day', () => {
    const day = WEEK.slice(0, 24);
    expect(rpsAt({ rps: day }, 25 * HOUR)).toBe(1);
    expect(startSecond({ rps: day, startsAt: HOUR, startsOn: 'Friday' })).toBe(HOUR);
  });

  test('a rollout begins on the day and at the time that are stated, and at random where none is', () => {
    expect(startSecond({ rps: WEEK, startsOn: 'Friday', startsAt: HOUR })).toBe((4 * 24 + 1) * HOUR);
    expect(startSecond({ rps: WEEK, startsOn: 'Friday' }, () => 0.5)).toBe((4 * 24 + 12) * HOUR);
    expect(startSecond({ rps: WEEK, startsAt: HOUR }, () => 0.999)).toBe((6 * 24 + 1) * HOUR);
    expect(startSecond({ rps: WEEK }, () => 0.5)).toBe(84 * HOUR);
    expect(startSecond({ rps: 5 })).toBe(0);
  });
});

describe('a latency with three points', () => {
  const latency = { p50: 0.05, p90: 0.3, p99: 0.5 };

  test('has them', () => {
    for (const [bound, share] of [
      [0.05, 0.5],
      [0.3, 0.9],
      [0.5, 0.99],
    ])
      expect(latencyShare(latency, bound)).toBeCloseTo(share, 12);
    // Between them it grows.
    const shares = Array.from({ length: 200 }, (_, i) => latencyShare(latency, (i + 1) / 100));
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(latencyShare({ p50: 1, p90: 1, p99: 2 }, 1)).toBeCloseTo(0.9, 12);
    expect(latencyShare({ p50: 1, p90: 1, p99: 2 }, 0.99)).toBe(0);
    expect(latencyShare({ p50: 1, p90: 2, p99: 2 }, 2)).toBe(1);
  });

  test('has the mean and the variance of its distribution', () => {
    // By the shares of many thin slices.
    let [mean, square] = [0, 0];
    const width = 0.0002;
    for (let x = 0; x < 20; x += width) {
      const share = latencyShare(latency, x + width) - latencyShare(latency, x);
      mean += share * (x + width / 2);
      square += share * (x + width / 2) ** 2;
    }
    const moments = latencyMoments(latency);
    expect(moments.mean).toBeCloseTo(mean, 4);
    expect(moments.variance).toBeCloseTo(square - mean ** 2, 4);
  });

  test('is as with two points where the third lies on their line', () => {
    const two = { p50: 0.05, p99: 0.4 };
    const three = { ...two, p90: 0.05 * (0.4 / 0.05) ** (1.2815515655446004 / 2.3263478740408408) };
    expect(latencyMoments(three).variance).toBeCloseTo(latencyMoments(two).variance, 12);
    for (const bound of [0.01, 0.1, 0.3, 1])
      expect(latencyShare(three, bound)).toBeCloseTo(latencyShare(two, bound), 12);
  });

  test('keeps its shape when it is slowed', () => {
    expect(slower(latency, 2)).toEqual({ p50: 0.1, p90: 0.6, p99: 1 });
    const { p90, ...others } = withP99(latency, 5);
    expect(others).toEqual({ p50: 0.05, p99: 5 });
    expect(Math.log(p90! / 0.05) / Math.log(100)).toBeCloseTo(Math.log(6) / Math.log(10), 12);
  });
});
