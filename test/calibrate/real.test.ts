import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Prometheus } from '../../src/rehearse';
import { readProfile } from '../../src/traffic-model';
import { folderWith, runCli } from '../cli/run-cli';
import { BINARY, describeReal } from '../rehearse/real';
import { calibrated, withHistory } from './calibrated';
import { CANARY, ERROR_RATE, LATENCY, manifestsWith, rateAt, writeHistory } from './history';

jest.setTimeout(60_000);

describeReal('a calibration against a real Prometheus', () => {
  let healthy: Prometheus;
  beforeAll(async () => {
    healthy = await Prometheus.start(BINARY!);
    await writeHistory(healthy);
  });
  afterAll(() => healthy.stop());

  test('measures the traffic of the rollout alone, by the hour of the day, with latencies and users', async () => {
    const { code, json } = await calibrated(healthy.api.address, `${ERROR_RATE}\n${LATENCY}`);
    expect(code).toBe(0);
    const { profile } = json;
    const rps = profile.rps as number[];
    expect(rps).toHaveLength(24);
    rps.forEach((value, hour) => {
      const wanted = rateAt(Date.UTC(2024, 0, 1, hour));
      expect(value).toBeGreaterThan(wanted * 0.97);
      expect(value).toBeLessThan(wanted * 1.03);
    });
    expect(profile.baselineErrorRate as number).toBeCloseTo(0.01, 3);
    expect(profile.baselineLatency).toEqual({ p50: 0.05, p90: 0.1, p99: 0.5 });
    expect(json.latencies).toEqual([
      { seconds: 0.05, share: 0.5 },
      { seconds: 0.1, share: 0.9 },
      { seconds: 0.5, share: 0.99 },
      { seconds: 1, share: 1 },
    ]);
    // A session in ten requests.
    expect(profile.requestsPerUser as number).toBeCloseTo(10, 0);
    expect(profile.latencyBuckets).toEqual([0.05, 0.1, 0.5, 1]);
    expect(profile).toMatchObject({ pods: 2, podStart: 12, podStartSpread: 8, scrapeInterval: 60 });
  });

  test('counts a request once that replicas of Prometheus store several times, and says so', async () => {
    const history = { seconds: 3 * 3600, rate: () => 20, replicas: 2 };
    await withHistory(history, async (address) => {
      const { json } = await calibrated(address, ERROR_RATE);
      expect(json.profile.rps as number).toBeCloseTo(20, 0);
      expect(json.profile).toMatchObject({ pods: 2 });
      expect(json.profile.baselineErrorRate as number).toBeCloseTo(0.01, 3);
      expect(json.notes.join()).toMatch(
        /each request is counted 2 times, because replicas of Prometheus store the same series: the sums of the analyses count it as often/,
      );
    });
  });

  test('says where a part of the time has no samples', async () => {
    const hour = 3_600_000;
    const now = Date.now();
    const history = {
      seconds: 12 * 3600,
      rate: () => 20,
      gap: { from: now - 6.25 * hour, to: now - 4.75 * hour },
      end: now,
    };
    await withHistory(history, async (address) => {
      const cwd = folderWith({ 'rollout.yaml': manifestsWith(ERROR_RATE) });
      const { out } = await runCli(['calibrate', 'rollout.yaml', '--prometheus', address, '--range', '12h'], { cwd });
      const [, gaps, windows, others] =
        /rps: .*; (\d+) of (\d+) windows of \S+ have no samples for a part of their time, taken as no requests; the mean of the others is ([\d.]+)/.exec(
          out,
        ) ?? [];
      expect(Number(gaps)).toBeGreaterThanOrEqual(1);
      expect(Number(gaps)).toBeLessThanOrEqual(3);
      expect(Number(windows)).toBeGreaterThan(18);
      expect(Number(others)).toBeCloseTo(20, 0);
    });
    await withHistory({ ...history, gap: undefined }, async (address) => {
      const cwd = folderWith({ 'rollout.yaml': manifestsWith(ERROR_RATE) });
      const { out } = await runCli(['calibrate', 'rollout.yaml', '--prometheus', address, '--range', '11h'], { cwd });
      expect(out).not.toContain('no samples for a part');
    });
  });

  test.each([
    ['a replay', /0\.2 \* rate\(/],
    ['the requests', /^sum\(rate\(http_requests_total/],
    ['the start of pods', /kube_pod_status_ready_time/],
  ])('does not pass where a query of %s alone gets no answer', async (_, failing) => {
    const { address } = healthy.api;
    let failed = 0;
    const busy = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        if (failing.test(new URLSearchParams(body).get('query') ?? '')) {
          failed++;
          response.writeHead(503).end('too busy');
          return;
        }
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
        void fetch(`${address}${request.url}`, { method: 'POST', headers, body }).then(async (answer) =>
          response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text()),
        );
      });
    });
    await new Promise<void>((done) => busy.listen(0, '127.0.0.1', done));
    try {
      const { port } = busy.address() as AddressInfo;
      const { code, json } = await calibrated(`http://127.0.0.1:${port}`, `${ERROR_RATE}\n${LATENCY}`);
      expect(failed).toBeGreaterThan(0);
      expect(code).toBe(1);
      expect(json.notes.join()).toMatch(/quer(y|ies) got no answer: HTTP 503: too busy/);
    } finally {
      busy.closeAllConnections();
      busy.close();
    }
  });

  test('replays each check over the history of the stable version', async () => {
    const { code, json } = await calibrated(healthy.api.address, `${ERROR_RATE}\n${LATENCY}`);
    expect(code).toBe(0);
    const [errors, latency] = json.checks;
    expect(errors.replay).toMatchObject({ failed: 0, errors: 0, stopped: 0 });
    expect(errors.replay!.measurements).toBeGreaterThan(1300);
    expect(errors.replay!.runs).toBe(errors.replay!.measurements - 4);
    expect(errors.replay!.query).toContain('(0.2 * rate(http_requests_total{namespace="shop",');
    expect(latency.replay).toMatchObject({ failed: 0, stopped: 0 });
    for (const { selectors } of json.checks)
      for (const { series, samplesInWindow } of selectors) {
        expect(series).toBeGreaterThan(0);
        expect(samplesInWindow).toBe(5);
      }
    expect(json.checks.flatMap(({ findings }) => findings)).toEqual([]);
  });

  test('names the matcher that excludes all series, and the values that there are', async () => {
    const broken = ERROR_RATE.replaceAll('code=~"5.."', 'code="5xx"');
    const { code, json } = await calibrated(healthy.api.address, broken);
    // Looks like a failure that did not happen: the label is there, so it is only noted.
    expect(code).toBe(0);
    expect(json.checks[0].findings).toEqual([
      { severity: 'note', message: expect.stringMatching(/no request of .* was counted with code="5xx"/) as string },
    ]);
    const misspelt = ERROR_RATE.replaceAll('{{args.namespace}}', 'shopp');
    const other = await calibrated(healthy.api.address, misspelt);
    expect(other.code).toBe(1);
    expect(other.json.checks[0].findings).toContainEqual({
      severity: 'problem',
      message: 'namespace="shopp" excludes every series: namespace is "shop"',
    });
  });

  test('says that the label that isolates the canary is not on the series', async () => {
    const relabelled = ERROR_RATE.replaceAll('rollouts_pod_template_hash', 'pod_template_hash');
    const { code, json } = await calibrated(healthy.api.address, relabelled);
    expect(code).toBe(1);
    expect(json.checks[0].findings[0].message).toMatch(
      /pod_template_hash=~"\[0-9a-z\]\+" excludes every series: none of .* has the label pod_template_hash; the monitor must copy it/,
    );
    expect(json.missing.map(({ what }) => what)).toEqual(expect.arrayContaining(['rps', 'baselineErrorRate']));
    expect(json.profile).not.toHaveProperty('rps');
  });

  test('says that a matcher excludes nothing because its label is on no series', async () => {
    const silent = `- name: success
  successCondition: len(result) > 0 && result[0] > 0.9
  provider:
    prometheus:
      address: http://prometheus.monitoring:9090
      query: sum(rate(http_requests_total{${CANARY},status!~"5.."}[5m])) / sum(rate(http_requests_total{${CANARY}}[5m]))`;
    const { code, json } = await calibrated(healthy.api.address, silent);
    expect(code).toBe(1);
    expect(json.checks[0].findings).toContainEqual({
      severity: 'problem',
      message: expect.stringMatching(
        /^status!~"5\.\." excludes nothing: no series of .* has the label status$/,
      ) as string,
    });
    expect(json.missing).toContainEqual({
      what: 'baselineErrorRate',
      why: 'no series of http_requests_total has the label status, by which the queries tell failures',
    });
  });

  test('says that a metric is not there, and that a window is too short', async () => {
    const missing = await calibrated(
      healthy.api.address,
      ERROR_RATE.replaceAll('http_requests_total', 'requests_total'),
    );
    expect(missing.code).toBe(1);
    expect(missing.json.checks[0].findings[0].message).toMatch(/^Prometheus has no series of requests_total now/);
    const short = await calibrated(healthy.api.address, ERROR_RATE.replaceAll('[5m]', '[1m]'));
    expect(short.code).toBe(1);
    expect(short.json.checks[0].findings.map(({ message }) => message)).toContain(
      '[1m] holds 1 sample of http_requests_total, and a growth needs 2; make the window longer',
    );
  });

  test('scales counts to the part of the traffic that the canary has', async () => {
    // 33 requests/s at most fail by 1 %: 99 failures in 5 minutes of all traffic, 20 of a canary with a fifth of it.
    const counts = (limit: number): string => `- name: failures
  successCondition: len(result) > 0 && result[0] <= ${limit}
  provider:
    prometheus:
      address: http://prometheus.monitoring:9090
      query: sum(increase(http_requests_total{${CANARY},code=~"5.."}[5m]))`;
    const enough = await calibrated(healthy.api.address, counts(25));
    expect(enough.json.checks[0].replay).toMatchObject({ failed: 0, stopped: 0 });
    const tight = await calibrated(healthy.api.address, counts(15));
    expect(tight.code).toBe(1);
    expect(tight.json.checks[0].replay!.stopped).toBeGreaterThan(0);
  });

  test('writes a profile that simulate reads, and the report beside it', async () => {
    const cwd = folderWith({ 'rollout.yaml': manifestsWith(`${ERROR_RATE}\n${LATENCY}`) });
    const args = ['calibrate', 'rollout.yaml', '--prometheus', healthy.api.address, '--range', '1d'];
    const { code, out } = await runCli([...args, '-o', 'traffic.yaml'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('no false alarm in');
    expect(out).not.toContain('# Traffic of');
    const text = readFileSync(join(cwd, 'traffic.yaml'), 'utf8');
    expect(text).toMatch(/^# Traffic of shop\/checkout, measured by cdk8s-canary calibrate\.\n# From http:\/\/127/);
    expect(text).toContain('# - what no metric has: errorRate');
    expect(readProfile('traffic.yaml', text)).toMatchObject({ pods: 2, scrapeInterval: 60 });
    const simulated = await runCli(['simulate', 'rollout.yaml', '--profile', 'traffic.yaml', '--runs', '50'], { cwd });
    expect(simulated.err).toBe('');
    expect(simulated.code).toBe(0);
    const markdown = await runCli([...args, '-f', 'markdown'], { cwd });
    expect(markdown.out).toMatch(/^### shop\/checkout/);
    expect(markdown.out).toContain('```yaml\n# Traffic of shop/checkout');
  });

  test('stops at the limit of queries, and says what is missing because of it', async () => {
    const { json } = await calibrated(healthy.api.address, ERROR_RATE, '--max-queries', '4');
    expect(json.queries).toBe(4);
    expect(json.missing.map(({ why }) => why)).toContain('the limit of 4 queries is reached; raise --max-queries');
    expect(json.checks[0].notReplayed).toBeDefined();
  });

  test('an incident in the past is a false alarm', async () => {
    const from = Date.now() - 6 * 3600_000;
    const incident = { from, to: from + 20 * 60_000 };
    const { code, json } = await withHistory({ incident }, (address) => calibrated(address, ERROR_RATE));
    expect(code).toBe(1);
    const { failed, stopped } = json.checks[0].replay!;
    // 20 minutes, and what a window of 5 minutes sees of them afterwards; a run may fail once.
    expect(failed).toBeGreaterThanOrEqual(18);
    expect(failed).toBeLessThanOrEqual(26);
    expect(stopped).toBeGreaterThanOrEqual(failed);
    expect(stopped).toBeLessThanOrEqual(failed + 4);
    // An update begins each five minutes: one of a few was at its analysis during the incident.
    const { every, aborted, updates } = json.updates!;
    expect([every, updates > 200]).toEqual([300, true]);
    expect(aborted).toBeGreaterThanOrEqual(3);
    expect(aborted).toBeLessThanOrEqual(7);
  });

  test('a service that never fails has no series of failures, which is no mistake of the query', async () => {
    const { code, json } = await withHistory({ errorRate: 0 }, (address) => calibrated(address, ERROR_RATE));
    expect(code).toBe(0);
    expect(json.profile.baselineErrorRate).toBe(0);
    expect(json.checks[0].findings.map(({ severity }) => severity)).toEqual(['note']);
  });

  test.each<[string, number, number, number | undefined]>([
    // A window of 5 minutes, and then 5 measurements a minute apart.
    ['8 minutes', 8 * 60, 3, 0],
    ['40 minutes', 40 * 60, 35, 31],
    ['5 hours', 5 * 3600, 295, 291],
    ['3 days', 3 * 86_400, 4315, 4311],
  ])('a history of %s is measured, and nothing before it is a false alarm', async (_, seconds, measurements, runs) => {
    // A steady rate: that of `rateAt` falls by half at midnight, in the middle of a short history.
    const { json } = await withHistory({ seconds, rate: () => 20 }, (address) =>
      calibrated(address, `${ERROR_RATE}\n${LATENCY}`, '--range', '7d'),
    );
    const { profile } = json;
    expect(json.missing.map(({ what }) => what)).toEqual(['what no metric has']);
    const rps = [profile.rps].flat() as number[];
    expect(rps).toHaveLength(seconds >= 86_400 ? 24 : 1);
    for (const one of rps) expect(Math.abs(one - 20)).toBeLessThan(0.5);
    expect(profile.baselineErrorRate as number).toBeCloseTo(0.01, 2);
    expect((profile.baselineLatency as { p99: number }).p99).toBeCloseTo(0.5, 1);
    expect(profile).toMatchObject({ pods: 2, podStart: 12, scrapeInterval: 60 });
    expect(json.notes.join('\n')).toMatch(/^history begins .* ago: less than the range of 168 h/m);
    const replayed = json.checks[0].replay!;
    expect(replayed).toMatchObject({ failed: 0, errors: 0, inconclusive: 0, stopped: 0 });
    expect(Math.abs(replayed.measurements - measurements)).toBeLessThanOrEqual(1);
    expect(Math.abs(replayed.runs - runs!)).toBeLessThanOrEqual(1);
    expect(json.checks.flatMap(({ findings }) => findings)).toEqual([]);
  });

  test('a history that is shorter than the windows says so, and gives no verdict', async () => {
    const { code, json } = await withHistory({ seconds: 3 * 60 }, (address) => calibrated(address, ERROR_RATE));
    expect(code).toBe(0);
    expect(json.missing).toContainEqual({
      what: 'rps',
      why: expect.stringMatching(/^the history of 2 min( \d+ s)? is shorter than 4 scrapes \(4 min\)/) as string,
    });
    expect(json.checks[0].notReplayed).toMatch(/^its window of 5 min is longer than the history of 2 min/);
    expect(json.checks[0].findings).toEqual([]);
  });

  test('users are counted by the sessions of a counter that is named', async () => {
    const use = (more: string[]): ReturnType<typeof calibrated> => calibrated(healthy.api.address, ERROR_RATE, ...more);
    const named = await use(['--sessions', 'logins_total{namespace="shop"}']);
    expect(named.json.profile.requestsPerUser as number).toBeCloseTo(20, 0);
    const absent = await use(['--sessions', 'visits_total']);
    expect(absent.json.profile).not.toHaveProperty('requestsPerUser');
    expect(absent.json.missing).toContainEqual({ what: 'requestsPerUser', why: 'visits_total counted no session' });
    const cwd = folderWith({ 'rollout.yaml': manifestsWith(ERROR_RATE) });
    const args = ['calibrate', 'rollout.yaml', '--prometheus', healthy.api.address, '--sessions', 'rate(x[5m])'];
    expect(await runCli(args, { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('Give a counter') as string,
    });
  });

  test('a week and more gives the hours of the week', async () => {
    const weekend = (at: number): number => rateAt(at) / (new Date(at).getUTCDay() % 6 === 0 ? 5 : 1);
    const { json } = await withHistory({ seconds: 8 * 86_400, rate: weekend }, (address) =>
      calibrated(address, ERROR_RATE, '--range', '7d'),
    );
    const rps = json.profile.rps as number[];
    expect(rps).toHaveLength(168);
    rps.forEach((value, hour) => {
      // 2024 began on a Monday.
      const wanted = weekend(Date.UTC(2024, 0, 1, hour));
      expect(value).toBeGreaterThan(wanted * 0.95);
      expect(value).toBeLessThan(wanted * 1.05);
    });
  });

  test('an empty Prometheus is said to have nothing', async () => {
    const { code, json } = await withHistory(undefined, (address) => calibrated(address, ERROR_RATE));
    expect(code).toBe(1);
    expect(json.profile).toEqual({});
    expect(json.checks[0].findings[0].message).toMatch(/^Prometheus has no series of http_requests_total now/);
  });
});
