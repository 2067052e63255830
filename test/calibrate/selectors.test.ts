import { connectionOf, PrometheusClient } from '../../src/calibrate';
import { History } from '../../src/calibrate/history';
import { checkSelector } from '../../src/calibrate/selectors';
import { stableQuery, type StableSelector } from '../../src/calibrate/stable-query';
import type { MetricsSource } from '../../src/calibrate/source';
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

/** A Prometheus that has these series, and can count what a selector matches. */
function having(series: readonly Readonly<Record<string, string>>[]): MetricsSource {
  return {
    query: (query) => {
      const [, text = ''] = /\{(.*?)\}/.exec(query) ?? [];
      const matchers = [...text.matchAll(/(\w+)(=~|=|!~|!=)"(.*?)"/g)];
      const found = series.filter((labels) =>
        matchers.every(([, label, operator, value]) => {
          const equal = new RegExp(`^(?:${operator.endsWith('~') ? value : value.replace(/\W/g, '\\$&')})$`).test(
            labels[label] ?? '',
          );
          return equal === operator.startsWith('=');
        }),
      );
      const by = /count by \((\w+)\)/.exec(query)?.[1];
      const groups = by === undefined ? found.slice(0, 1) : found;
      return Promise.resolve(
        groups.map((labels) => ({
          labels: by === undefined ? {} : { [by]: labels[by] },
          samples: [{ at: 0, value: found.length }],
        })),
      );
    },
    queryRange: () => Promise.resolve([]),
  };
}

describe('a selector without series', () => {
  const failures = stableQuery('sum(rate(http_requests_total{namespace="shop",code=~"5.."}[5m]))', [], {
    canaryLabels: {},
    stableLabels: {},
  })!.selectors[0];
  const findings = async (series: readonly Readonly<Record<string, string>>[]): Promise<readonly string[]> => {
    const source = having(series);
    const reality = { source, now: 0, lookBack: '1h', history: new History(source, 0, 3600) };
    const found = await checkSelector(failures, { matchers: [] }, reality);
    return found.findings.map(({ severity, message }) => `${severity}: ${message}`);
  };

  test('is no problem where nothing failed, whatever failed of other apps', async () => {
    const own = { namespace: 'shop', code: '200' };
    const said =
      'note: no request of http_requests_total{namespace="shop"} was counted with code=~"5..": nothing failed, or failures are labelled otherwise';
    expect(await findings([own])).toEqual([said]);
    expect(await findings([own, { namespace: 'other', code: '500' }])).toEqual([said]);
  });

  test('is one where another matcher excludes all of the metric', async () => {
    expect(await findings([{ namespace: 'other', code: '500' }])).toEqual([
      'problem: namespace="shop" excludes every series: namespace is "other"',
    ]);
  });
});

test('names in UTF-8 are quoted, and their dots read as underscores', async () => {
  const query = 'sum(rate({"http.requests.total", "http.status.code"=~"5.."}[5m]))';
  const [selector] = stableQuery(query, [], { canaryLabels: {}, stableLabels: {} })!.selectors;
  expect(selector.matchers[0]).toMatchObject({ tells: 'outcome', outcome: 'failed' });
  const asked: string[] = [];
  const source: MetricsSource = {
    query: (text) => {
      asked.push(text);
      const isThere = !text.includes('5..') && !text.includes('last_over_time');
      return Promise.resolve(
        isThere ? [{ labels: { 'http.status.code': '200' }, samples: [{ at: 0, value: 1 }] }] : [],
      );
    },
    queryRange: () => Promise.resolve([]),
  };
  const reality = { source, now: 0, lookBack: '1h', history: new History(source, 0, 3600) };
  const { findings } = await checkSelector(selector, { matchers: [] }, reality);
  expect(asked).toContain('topk(6, count by ("http.status.code") ({"http.requests.total"}))');
  expect(findings.map(({ severity }) => severity)).toEqual(['note']);
});
