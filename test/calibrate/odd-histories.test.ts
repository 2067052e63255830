import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Prometheus } from '../../src/rehearse';
import { folderWith, runCli } from '../cli/run-cli';
import { BINARY, describeReal } from '../rehearse/real';
import { calibrated, withHistory } from './calibrated';
import { ERROR_RATE, LATENCY, manifestsWith, writeHistory } from './history';

jest.setTimeout(60_000);

describeReal('a calibration over what else a Prometheus may have', () => {
  test('the two spellings of a bound are one bucket, as after an update to Prometheus 3', async () => {
    const half = Date.now() - 3 * 3_600_000;
    const { latencies, profile } = await withHistory(
      { seconds: 6 * 3600, boundsWithPointFrom: half },
      async (address) => {
        return (await calibrated(address, LATENCY)).json;
      },
    );
    expect(profile.latencyBuckets).toEqual([0.05, 0.1, 0.5, 1]);
    expect(latencies.map(({ share }) => share)).toEqual([0.5, 0.9, 0.99, 1]);
    expect((profile.baselineLatency as { p99: number }).p99).toBeCloseTo(0.5, 2);
  });

  test('counters that are NaN are called so, not absent', async () => {
    const { json } = await withHistory({ seconds: 7200, nan: () => true }, (address) =>
      calibrated(address, `${ERROR_RATE}\n${LATENCY}`, '--sessions', 'logins_total'),
    );
    for (const field of ['rps', 'baselineErrorRate', 'baselineLatency', 'requestsPerUser']) {
      const [missing] = json.missing.filter(({ what }) => what === field);
      expect(missing.why).toMatch(/is NaN, because at least one of its series has NaN for a value/);
    }
  });

  test('windows that are NaN are left out of all figures, and counted', async () => {
    const from = Date.now() - 5 * 3_600_000;
    const nan = (at: number): boolean => at >= from && at < from + 3_600_000;
    const fields = await withHistory({ seconds: 10 * 3600, rate: () => 20, nan, errorRate: 0.1 }, async (address) => {
      const cwd = folderWith({ 'rollout.yaml': manifestsWith(`${ERROR_RATE}\n${LATENCY}`) });
      const { out } = await runCli(['calibrate', 'rollout.yaml', '--prometheus', address, '-f', 'json'], { cwd });
      return (JSON.parse(out) as { measured: { field: string; value: unknown; from: string }[] }[])[0].measured;
    });
    const of = (name: string): { value: unknown; from: string } => fields.find(({ field }) => field === name)!;
    expect(of('rps').value).toBeCloseTo(20, 0);
    expect(of('rps').from).toMatch(/[34] of 24 windows of 2[45]m\w* are NaN and left out/);
    expect(of('baselineErrorRate').value).toBeCloseTo(0.1, 3);
    expect(of('baselineLatency').from).toMatch(/[34] windows of 2[45]m\w* are NaN and left out/);
  });

  test('scrapes that ended minutes ago have a spacing, and their series labels', async () => {
    const end = Date.now() - 10 * 60_000;
    const { profile } = await withHistory({ seconds: 7200, end }, async (address) => {
      return (await calibrated(address, ERROR_RATE)).json;
    });
    expect(profile.scrapeInterval).toBe(60);
    expect(profile.baselineErrorRate).toBeCloseTo(0.01, 3);
  });

  test('requests of other apps are never counted, also where this one has none of a kind', async () => {
    const declined = ERROR_RATE.replace('code=~"5.."', 'kind="declined"');
    const { json } = await withHistory({ seconds: 7200, rate: () => 20, neighbourDeclines: true }, (address) =>
      calibrated(address, declined),
    );
    expect(json.profile.rps).toBeCloseTo(20, 0);
    const [{ selectors, findings }] = json.checks;
    expect(selectors[0]).toMatchObject({ series: 0 });
    expect(selectors[0].selector).toContain('pod=~"checkout-');
    expect(findings.map(({ message }) => message).join()).toContain('has the label kind');
  });

  test('pods that are scraped through two Services have the traffic of one', async () => {
    const history = { seconds: 7200, rate: () => 20, services: ['checkout-stable', 'checkout-canary'] };
    const { json } = await withHistory(history, (address) => calibrated(address, ERROR_RATE));
    expect(json.profile.rps).toBeCloseTo(20, 0);
    expect(json.notes.join()).toContain('counted 2 times, because each pod is scraped by several monitors');
  });

  test('a label of the app that is called service tells requests apart, not scrapes', async () => {
    const history = { seconds: 7200, rate: () => 20, ownServices: ['cart', 'payment'] };
    const { json } = await withHistory(history, (address) => calibrated(address, ERROR_RATE));
    expect(json.profile.rps).toBeCloseTo(40, 0);
    expect(json.notes.join()).not.toContain('is counted');
  });

  test('a server that looks back less than a scrape interval has all pods and no gaps', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-test-'));
    const script = join(folder, 'prometheus.sh');
    writeFileSync(script, `#!/bin/sh\nexec "${BINARY!}" "$@" --query.lookback-delta=10s\n`, { mode: 0o755 });
    const prometheus = await Prometheus.start(script, { within: folder });
    try {
      await writeHistory(prometheus, { seconds: 6 * 3600, rate: () => 20, kubeStateMetrics: false });
      const cwd = folderWith({ 'rollout.yaml': manifestsWith(ERROR_RATE) });
      const args = ['calibrate', 'rollout.yaml', '--prometheus', prometheus.api.address, '-f', 'json'];
      const { out } = await runCli(args, { cwd });
      const [{ profile, measured }] = JSON.parse(out) as {
        profile: object;
        measured: { field: string; from: string }[];
      }[];
      expect(profile).toMatchObject({ pods: 2 });
      expect(measured.find(({ field }) => field === 'rps')!.from).not.toContain('no samples');
    } finally {
      await prometheus.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
