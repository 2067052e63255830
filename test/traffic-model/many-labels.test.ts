import { AppMetrics } from '../../src/traffic-model/sources/app';
import { queriedMetrics } from '../../src/traffic-model/sources/queried';

const buckets = { bounds: [0.1], growth: 1.1, nativeBucketFactor: 1.1 } as never;
const read = (labels: number): AppMetrics => {
  const matchers = Array.from({ length: labels }, (_, i) => `l${i}="x"`).join(',');
  const asked = queriedMetrics([`sum(rate(http_requests_total{${matchers}}[5m]))`]);
  return new AppMetrics([...asked.values()], {}, () => false, buckets);
};

test('a metric may be selected by 100 labels', () => {
  const { refused, samples } = read(100);
  expect([refused.size, samples.length > 0]).toEqual([0, true]);
});

test('a metric that is selected by more labels than any series has is refused', () => {
  const { refused, samples } = read(101);
  expect([...refused]).toEqual([
    ['http_requests_total', 'queries select http_requests_total by 101 labels, and no series has more than 100'],
  ]);
  expect(samples).toEqual([]);
});
