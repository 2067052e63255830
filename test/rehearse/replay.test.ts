import { join } from 'node:path';
import { readReplay, type Prometheus } from '../../src/rehearse';
import { folderWith } from '../cli/run-cli';
import { describeReal, rehearsed, rendered } from './real';

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
