import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  findPrometheus,
  NoPrometheus,
  Prometheus,
  PrometheusFailed,
  PrometheusRefused,
  rehearse,
} from '../../src/rehearse';
import { BINARY, changed, conditions, describeReal, manifests, rendered } from './real';

const NOON = Date.UTC(2024, 0, 1, 12);
const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lends a Prometheus, and takes it back. */
async function withPrometheus<T>(use: (prometheus: Prometheus) => Promise<T>): Promise<T> {
  const prometheus = await Prometheus.start(BINARY!, { within: folder });
  try {
    return await use(prometheus);
  } finally {
    await prometheus.stop();
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('where there is no binary the message says where to get one', () => {
  expect(() => findPrometheus(undefined, { PATH: folder }, folder)).toThrow(NoPrometheus);
  expect(() => findPrometheus(undefined, {}, folder)).toThrow(
    /no Prometheus on the PATH; .*apt-get install prometheus/,
  );
  expect(() => findPrometheus('bin/prom', {}, folder)).toThrow(/there is no program bin\/prom/);
});

test('a binary is a path, or the name of a program on the PATH', () => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  const program = join(bin, 'prometheus-3');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  expect(findPrometheus('prometheus-3', { PATH: bin }, folder)).toBe(program);
  expect(findPrometheus('./prometheus-3', { PATH: folder }, bin)).toBe(program);
  expect(() => findPrometheus('./prometheus-3', { PATH: bin }, folder)).toThrow(NoPrometheus);
  rmSync(bin, { recursive: true });
});

test('a program that is no Prometheus is reported as ended, and leaves nothing behind', async () => {
  const started = Prometheus.start(process.execPath, { within: folder });
  await expect(started).rejects.toThrow(/Prometheus ended with exit code [1-9]\d*; its last words:.*bad option/s);
  await expect(started).rejects.toThrow(`Is ${process.execPath} Prometheus?`);
  expect(readdirSync(folder)).toEqual([]);
});

describeReal('a Prometheus of one’s own', () => {
  test('listens on loopback alone, and is gone with its folder when it is stopped', async () => {
    const { pid, address, existed } = await withPrometheus(async (prometheus) => {
      expect(isRunning(prometheus.pid!)).toBe(true);
      return { pid: prometheus.pid!, address: prometheus.api.address, existed: readdirSync(folder) };
    });
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(existed).toHaveLength(1);
    expect(isRunning(pid)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that a script starts is gone with the script', async () => {
    const script = join(mkdtempSync(join(tmpdir(), 'cdk8s-canary-test-')), 'prometheus.sh');
    writeFileSync(script, `#!/bin/sh\n"${BINARY!}" "$@"\n`, { mode: 0o755 });
    const prometheus = await Prometheus.start(script, { within: folder });
    try {
      expect(isRunning(prometheus.pid!)).toBe(true);
    } finally {
      await prometheus.stop();
      rmSync(dirname(script), { recursive: true });
    }
    expect(isRunning(prometheus.pid!)).toBe(false);
    await expect(fetch(`${prometheus.api.address}/-/ready`)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('takes samples of simulated time, in whichever order series come', async () => {
    await withPrometheus(async ({ api }) => {
      const samples = Array.from({ length: 80 }, (_, i) => ({ at: NOON + i * 30_000, value: i * 10 }));
      await api.write([{ labels: { __name__: 'requests_total', pod: 'b' }, samples }]);
      await api.write([{ labels: { __name__: 'requests_total', pod: 'a' }, samples: samples.slice(0, 20) }]);
      const { type, series } = await api.query('increase(requests_total{pod="b"}[5m])', NOON + 1_200_000);
      expect([type, series]).toEqual(['vector', [{ labels: { pod: 'b' }, values: [100] }]]);
      const range = { start: NOON, end: NOON + 120_000, step: 60 };
      const answer = await api.queryRange('requests_total{pod="a"}', range);
      expect(answer.series[0].values).toEqual([0, 20, 40]);
    });
  });

  test('knows by a mark that a series has ended, and needs not look back five minutes', async () => {
    await withPrometheus(async ({ api }) => {
      const there = { at: NOON, value: 1 };
      const ended = { at: NOON + 30_000, value: undefined };
      await api.write([
        { labels: { __name__: 'up' }, samples: [there, ended] },
        { labels: { __name__: 'down' }, samples: [{ at: NOON, value: NaN }] },
      ]);
      expect((await api.query('up', NOON + 29_000)).series[0].values).toEqual([1]);
      expect((await api.query('up', NOON + 31_000)).series).toEqual([]);
      expect((await api.query('down', NOON + 31_000)).series[0].values).toEqual([NaN]);
      expect((await api.query('vector(1)/0', NOON)).series[0].values).toEqual([Infinity]);
    });
  });

  test('says what it has against a query', async () => {
    await withPrometheus(async ({ api }) => {
      await expect(api.query('rate(up)', NOON)).rejects.toThrow(PrometheusRefused);
      await expect(api.query('rate(up)', NOON)).rejects.toThrow(/expected type range vector/);
    });
  });

  test('that dies half-way ends the rehearsal with a word about it, and leaves nothing behind', async () => {
    const text = changed(rendered('quickstart.k8s.yaml'), 'initialDelay: 5m', 'interval: 10s\n      count: 30');
    let measured = 0;
    await withPrometheus(async (prometheus) => {
      const held = rehearse(prometheus.api, {
        ...manifests(text),
        conditions: conditions({ profile: { errorRate: 0 } }),
        watch: ({ type }) => {
          if (type === 'measurement' && ++measured === 3) process.kill(prometheus.pid!, 'SIGKILL');
        },
      });
      await expect(held).rejects.toThrow(PrometheusFailed);
      await expect(held).rejects.toThrow(/Prometheus ended by SIGKILL/);
    });
    expect(measured).toBe(3);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that was stopped under a rehearsal says so', async () => {
    await withPrometheus(async (prometheus) => {
      await prometheus.stop();
      expect(existsSync(prometheus.folder)).toBe(false);
      await expect(prometheus.api.query('up', NOON)).rejects.toThrow(/interrupted: Prometheus was stopped/);
    });
  });
});
