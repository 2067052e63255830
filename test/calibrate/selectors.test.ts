import { connectionOf, PrometheusClient } from '../../src/calibrate';
import { History } from '../../src/calibrate/history';
import { checkSelector } from '../../src/calibrate/selectors';
import { stableQuery, type StableSelector } from '../../src/calibrate/stable-query';
import { Prometheus } from '../../src/rehearse';
import { BINARY, describeReal } from '../rehearse/real';
import { writeHistory } from './history';

jest.setTimeout(60_000);

/** The selector of a growth of the requests over a window. */
function selectorOf(window: string): StableSelector {
  const query = `sum(rate(http_requests_total{namespace="shop"}[${window}]))`;
  return stableQuery(query, [], { canaryLabels: {}, stableLabels: {} })!.selectors[0];
}

describeReal('the samples in a window', () => {
  const minute = 60_000;
  const onTheGrid = Math.floor(Date.now() / minute) * minute - 5 * minute;
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await Prometheus.start(BINARY!);
    await writeHistory(prometheus, { seconds: 7200 });
  });
  afterAll(() => prometheus.stop());

  // Samples are at whole minutes.
  test.each([
    ['on a sample', 0],
    ['a millisecond after a sample', 1],
    ['between two samples', 29_500],
    ['a millisecond before a sample', 59_999],
  ])('are the same %s', async (_, beside) => {
    const client = new PrometheusClient(
      connectionOf({ prometheus: prometheus.api.address, timeout: 10 }, {}, '.'),
      100,
    );
    const reality = {
      source: client,
      now: onTheGrid + beside,
      lookBack: '1h',
      history: new History(client, onTheGrid + beside, 7200),
    };
    const found = async (window: string): Promise<readonly [number | undefined, readonly string[]]> => {
      const { report, findings } = await checkSelector(selectorOf(window), { matchers: [] }, reality);
      return [report.samplesInWindow, findings.map(({ severity }) => severity)];
    };
    expect(await found('1m')).toEqual([1, ['problem']]);
    // Two samples at some moments, one at the others: too few half of the time.
    expect(await found('90s')).toEqual([1, ['problem']]);
    expect(await found('3m')).toEqual([3, ['warning']]);
    expect(await found('5m')).toEqual([5, []]);
  });
});
