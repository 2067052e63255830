import { join } from 'node:path';
import { readReplay, type Prometheus } from '../../src/rehearse';
import type { UpdatesReport } from '../../src/calibrate';
import { folderWith, runCli } from '../cli/run-cli';
import { BINARY, describeReal, rehearsed, rendered } from './real';

const QUICKSTART = rendered('quickstart.k8s.yaml');

const replay = (text: string, options: Partial<Parameters<typeof readReplay>[0]> = {}) => {
  const file = join(folderWith({ 'kept.om': text }), 'kept.om');
  return readReplay({ file, name: 'kept.om', ...options }, 'checkout', 30);
};

/** A counter that grows evenly, a sample every 30 s. */
function counter(labels: string, from: number, to: number, perSecond: number): string {
  const lines: string[] = [];
  for (let at = from; at <= to; at += 30) {
    lines.push(`http_requests_total{namespace="shop",${labels}} ${Math.round((at - from) * perSecond)} ${at}`);
  }
  return lines.join('\n');
}

const BEGAN = 1_767_225_600;
const stable = counter('rollouts_pod_template_hash="aaa",code="200"', BEGAN - 900, BEGAN + 1200, 10);
const canary = counter('rollouts_pod_template_hash="bbb",code="200"', BEGAN + 30, BEGAN + 1200, 10);
const failing = counter('rollouts_pod_template_hash="bbb",code="500"', BEGAN + 30, BEGAN + 1200, 0.2);

describe('real metrics', () => {
  test('tell by their hashes which version came last, and when the update began', () => {
    const { hashes, from, firstScraped, until } = replay(`${stable}\n${canary}\n# EOF`);
    expect(hashes).toEqual({ canary: 'bbb', stable: 'aaa' });
    expect([from, firstScraped, until]).toEqual([BEGAN * 1000, 30, 1200]);
  });

  test('tell it by the names of the pods too', () => {
    const pods = `up{pod="checkout-aaa-xk2zv"} 1 ${BEGAN - 600}\nup{pod="checkout-bbb-q7wpl"} 1 ${BEGAN + 30}`;
    expect(replay(pods).hashes).toEqual({ canary: 'bbb', stable: 'aaa' });
  });

  test('are shifted to the time of the rollout', () => {
    const [first] = replay(`${stable}\n${canary}`).series(5_000_000);
    expect(first.samples[0]).toEqual({ at: 5_000_000 - 900_000, value: 0 });
  });

  test('end where a dump has a mark for it, which it writes as NaN', () => {
    const at = (seconds: number, value: string): string => `up{pod="checkout-aaa-xk2zv"} ${value} ${BEGAN + seconds}`;
    const values = (...samples: readonly string[]): (number | undefined)[] => {
      const lines = samples.map((value, i) => at(i * 30, value));
      return replay(lines.join('\n'), { from: BEGAN * 1000 })
        .series(0)[0]
        .samples.map(({ value }) => value as number | undefined);
    };
    expect(values('1', '2', 'NaN')).toEqual([1, 2, undefined]);
    expect(values('1', 'NaN', '3', 'NaN')).toEqual([1, undefined, 3, undefined]);
    // A quantile of nothing is NaN again and again.
    expect(values('1', 'NaN', 'NaN')).toEqual([1, NaN, NaN]);
    expect(values('NaN', '1')).toEqual([NaN, 1]);
  });

  test('of native histograms are refused by what they are', () => {
    const dump = `{__name__="latency_seconds", job="a"} {count:1, sum:0.1, (0.08,0.1]:1} ${BEGAN}000`;
    expect(() => replay(dump)).toThrow(
      /kept.om:1 .* is a sample of a native histogram, which is not replayed; .*--match/,
    );
  });

  test('come as a dump of the database, or as exports of range queries, one a line', () => {
    const dump = `{__name__="up", pod="checkout-aaa-xk2zv"} 1 ${(BEGAN - 600) * 1000}\n{__name__="up", pod="checkout-bbb-q7wpl"} 0 ${(BEGAN + 30) * 1000}`;
    expect(replay(dump)).toMatchObject({ from: BEGAN * 1000, hashes: { canary: 'bbb' } });
    const answer = (hash: string, at: number): string =>
      JSON.stringify({
        status: 'success',
        data: {
          resultType: 'matrix',
          result: [
            {
              metric: { __name__: 'up', rollouts_pod_template_hash: hash },
              values: [
                [at, '1'],
                [at + 30, '+Inf'],
              ],
            },
          ],
        },
      });
    const json = replay(`${answer('aaa', BEGAN - 600)}\n${answer('bbb', BEGAN + 30)}\n`);
    expect(json).toMatchObject({ from: BEGAN * 1000, hashes: { canary: 'bbb', stable: 'aaa' } });
    expect(json.series(0)[1].samples.map(({ value }) => value)).toEqual([1, Infinity]);
  });

  test.each([
    ['no timestamps', 'up{pod="a"} 1', /kept\.om:1 {2}the sample has no timestamp: .*promtool tsdb dump-openmetrics/],
    ['no metrics', 'hello, world', /kept\.om:1 {2}'hello, world' is no sample/],
    ['nothing', '# EOF\n', /kept\.om has no samples in it/],
    [
      'an instant',
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      /the answer to an instant query; export a range/,
    ],
    ['an error', '{"status":"error","error":"bad_data"}', /says 'bad_data'/],
    [
      'a sum',
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"]]}]}}',
      /a series without a name .* export the series themselves/,
    ],
    ['one version', stable, /does not tell which series are the canary's.*--replay-from/],
  ])('that cannot be replayed are refused: %s', (_what, text, message) => {
    expect(() => replay(text)).toThrow(message);
  });

  test('that have no series of the hash that is asked for are refused, with those that they have', () => {
    expect(() => replay(`${stable}\n${canary}`, { canaryHash: 'ccc' })).toThrow(
      "kept.om has no series of the hash 'ccc'; it has aaa, bbb",
    );
    expect(() => replay(stable, { file: '/nowhere' })).toThrow(/cannot read kept\.om: /);
  });
});

describeReal('a replay', () => {
  test('of a release that went well is promoted, of one that failed 2 % rolled back', async () => {
    const good = await rehearsed(QUICKSTART, {}, { replay: replay(`${stable}\n${canary}`) });
    expect(good.updates[0]).toMatchObject({
      outcome: 'promoted',
      measurements: [{ answer: { series: [{ values: [0] }] } }],
    });
    const bad = await rehearsed(QUICKSTART, {}, { replay: replay(`${stable}\n${canary}\n${failing}`) });
    expect(bad.updates[0]).toMatchObject({ outcome: 'aborted', failedRequests: undefined });
    expect(bad.updates[0].measurements[0].answer!.series[0].values[0]).toBeCloseTo(60, 0);
    expect(bad.updates[0].measurements[0].query).toContain('rollouts_pod_template_hash="bbb"');
    expect(bad.notes[0]).toBe(
      'replayed from 2026-01-01T00:00:00.000Z: the canary is the version with the hash bbb, the stable one aaa',
    );
  });

  test('counts what a pod did that has ended, whose last sample in a dump is NaN', async () => {
    const labels = 'rollouts_pod_template_hash="bbb",code="500",pod="checkout-bbb-q7wpl"';
    const ended = `http_requests_total{namespace="shop",${labels}} NaN ${BEGAN + 270}`;
    const text = [stable, canary, counter(labels, BEGAN + 30, BEGAN + 240, 0.2), ended].join('\n');
    const { updates } = await rehearsed(QUICKSTART, {}, { replay: replay(text) });
    expect(updates[0].measurements[0].answer!.series[0].values[0]).toBeGreaterThan(20);
    expect(updates[0].outcome).toBe('aborted');
  });

  test('says which metrics the file lacks, and that it ends before the rollout does', async () => {
    const other = `up{pod="checkout-aaa-xk2zv"} 1 ${BEGAN - 600}\nup{pod="checkout-bbb-q7wpl"} 1 ${BEGAN + 30}`;
    const { updates, notes } = await rehearsed(QUICKSTART, {}, { replay: replay(other) });
    expect(updates[0].outcome).toBe('paused');
    expect(notes.join('\n')).toContain(
      "the replayed file has no series of http_requests_total, for which 'failures' asks",
    );
    expect(notes.join('\n')).toMatch(/the replayed metrics end after 30 s, before the measurement at 6 min 30 s/);
  });

  test('of the series of a rehearsal has the result of that rehearsal', async () => {
    let exported = '';
    const world = { profile: { rps: 20, errorRate: 0.01, baselineErrorRate: 0 } };
    const during = async ({ api }: Prometheus): Promise<void> => {
      const start = Date.UTC(2024, 0, 1, 12) / 1000;
      const query = new URLSearchParams({
        query: 'http_requests_total',
        start: `${start - 600}`,
        end: `${start + 600}`,
        step: '15',
      });
      exported = await (await fetch(`${api.address}/api/v1/query_range?${query.toString()}`)).text();
    };
    const original = await rehearsed(QUICKSTART, world, { during });
    const again = await rehearsed(QUICKSTART, world, { replay: replay(exported) });
    expect(again.updates[0].outcome).toBe(original.updates[0].outcome);
    const value = ({ updates }: typeof original): number => updates[0].measurements[0].answer!.series[0].values[0];
    expect(Math.abs(value(again) - value(original))).toBeLessThan(0.15 * value(original));
  });
});

/** A counter of failures that grows by one each five seconds in some stretches: seconds from the beginning. */
function failuresIn(hash: string, stretches: readonly (readonly [from: number, to: number])[], until: number): string {
  const lines: string[] = [];
  for (let at = 30; at <= until; at += 30) {
    const value = stretches.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(at, to) - from) / 5, 0);
    lines.push(
      `http_requests_total{namespace="shop",rollouts_pod_template_hash="${hash}",code="500"} ${value} ${BEGAN + at}`,
    );
  }
  return lines.join('\n');
}

describeReal('a replay goes on after a failed measurement', () => {
  const recorded = (stretches: readonly (readonly [number, number])[], until = 1200) => {
    const requests = counter('rollouts_pod_template_hash="bbb",code="200"', BEGAN + 30, BEGAN + until, 10);
    return replay(`${stable}\n${requests}\n${failuresIn('bbb', stretches, until)}`);
  };

  test.each([
    ['a transient', [[100, 200]], 1200, 'transient', /passes from \d+ min.* on: a transient that went away/],
    ['a regression', [[100, 1200]], 1200, 'lasting', /nor at any of the 13 measurements after that: a regression that/],
    [
      'one that comes and goes',
      [
        [100, 200],
        [700, 800],
      ],
      1200,
      'recurrent',
      /and fails again: \d+ of the 13/,
    ],
    ['one after which the canary is gone', [[100, 500]], 500, 'unknown', /whether that went away is not known/],
  ] as const)('and tells %s', async (_, stretches, until, persistence, sentence) => {
    const { updates, notes } = await rehearsed(QUICKSTART, {}, { replay: recorded(stretches, until) });
    const [{ outcome, aftermath }] = updates;
    expect(outcome).toBe('aborted');
    expect(aftermath).toMatchObject([{ metric: 'failures', persistence, from: 390 }]);
    expect(notes.join('\n')).toMatch(sentence);
  });

  test('has nothing to tell of a version that passes', async () => {
    const { updates, notes } = await rehearsed(QUICKSTART, {}, { replay: recorded([]) });
    expect(updates[0]).not.toHaveProperty('aftermath');
    expect(notes.join('\n')).not.toMatch(/transient|regression/);
  });

  test('a canary without requests tells nothing, although its series go on', async () => {
    // The counters stay as they are after an abort; the query then finds no failure.
    const requests = counter('rollouts_pod_template_hash="bbb",code="200"', BEGAN + 30, BEGAN + 420, 10);
    const flat = Array.from(
      { length: 26 },
      (_, i) => `${requests.split('\n').at(-1)!.replace(/ \d+$/, '')} ${BEGAN + 450 + 30 * i}`,
    );
    const text = `${stable}\n${requests}\n${flat.join('\n')}\n${failuresIn('bbb', [[100, 420]], 1200)}`;
    const { updates } = await rehearsed(QUICKSTART, {}, { replay: replay(text) });
    expect(updates[0].aftermath).toMatchObject([{ persistence: 'unknown', until: 420 }]);
  });
});

describeReal('the report of a replay', () => {
  test.each(['text', 'html'])(
    'speaks of recorded metrics, not of traffic that nobody generated: %s',
    async (format) => {
      const cwd = folderWith({ 'app.yaml': QUICKSTART, 'kept.om': `${stable}\n${canary}\n${failing}` });
      const args = ['rehearse', 'app.yaml', '--replay', 'kept.om', '--prometheus', BINARY!, '--format', format];
      const { out } = await runCli(args, { cwd });
      expect(out).toMatch(/recorded metrics; pods start in 30 s; manual approval after 5 min/i);
      expect(out).not.toContain('of its requests (today');
    },
  );
});

describeReal('a replay of a healthy time', () => {
  const [LENGTH, FROM, TO] = [6 * 3600, 3 * 3600, 3 * 3600 + 1200];
  /** Six hours of one version; in twenty minutes of them a fifth of a request fails each second. */
  const healthy = (incident: boolean): string =>
    [
      counter('pod="checkout-aaa-xk2zv",rollouts_pod_template_hash="aaa",code="200"', BEGAN, BEGAN + LENGTH, 10),
      failuresIn('aaa', incident ? [[FROM, TO]] : [], LENGTH).replaceAll(
        'rollouts_pod_template_hash',
        'pod="checkout-aaa-xk2zv",rollouts_pod_template_hash',
      ),
    ].join('\n');
  const run = async (text: string, ...options: string[]) => {
    const cwd = folderWith({ 'app.yaml': QUICKSTART, 'week.om': text });
    const args = ['rehearse', 'app.yaml', '--replay', 'week.om', '--replay-healthy', '5m', '--prometheus', BINARY!];
    return runCli([...args, ...options], { cwd });
  };
  const reportOf = (out: string): UpdatesReport => (JSON.parse(out) as UpdatesReport[])[0];

  test('counts the beginnings at which the update would have been stopped', async () => {
    const { code, out } = await run(healthy(true), '-f', 'json', '--approval-after', '60s');
    const report = reportOf(out);
    expect(code).toBe(0);
    // The analysis measures once, 390 s after the beginning (the approval comes after a minute), and looks back 300 s; half
    // of the failures are the canary's.
    let stopped = 0;
    let updates = 0;
    for (let begin = 300; begin + 390 <= LENGTH; begin += 300) {
      updates++;
      const overlap = Math.min(begin + 390, TO) - Math.max(begin + 90, FROM);
      if ((overlap / 5) * 0.5 > 5) stopped++;
    }
    expect(stopped).toBeGreaterThan(2);
    expect(report).toMatchObject({ every: 300, updates, aborted: stopped, paused: 0 });
    expect(report.checks).toMatchObject([{ metric: 'failures', aborted: stopped }]);
    expect(report.stopped).toMatchObject([{ updates: stopped }]);
  });

  test('says so in words, also where none is stopped', async () => {
    const { out } = await run(healthy(false));
    expect(out).toMatch(/\d+ updates with the healthy version, begun every 5 min from .* none would have been stopped/);
    const { out: stopped } = await run(healthy(true));
    expect(stopped).toMatch(/4 of 69 \(5.8 %\) would have been aborted\n {2}failures \(step \d\): aborts 4 of/);
  });

  test.each([
    [['--replay-canary', 'aaa'], 'a time without an update'],
    [['-f', 'html'], 'has no page'],
  ])('refuses %j', async (options, message) => {
    const { code, err } = await run(healthy(false), ...options);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test('refuses a recording that is shorter than the rollout', async () => {
    const short = counter(
      'pod="checkout-aaa-xk2zv",rollouts_pod_template_hash="aaa",code="200"',
      BEGAN,
      BEGAN + 300,
      10,
    );
    const { code, err } = await run(short);
    expect([code, err]).toEqual([1, expect.stringContaining('the history is shorter than the rollout')]);
  });
});
