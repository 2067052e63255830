import { Prometheus, type Series } from '../../src/rehearse';
import { folderWith, runCli } from '../cli/run-cli';
import { BINARY, describeReal } from '../rehearse/real';
import { CANARY, manifestsWith } from './history';

jest.setTimeout(60_000);

const STEP = 15;
const SAMPLES = (2 * 3600) / STEP;
const HASH = '7d5c9f6b84';
const COMMON = { namespace: 'shop', pod: `checkout-${HASH}-abcde`, rollouts_pod_template_hash: HASH };

/** Series whose n-th sample is so many times the n-th step. */
function growing(labels: Series['labels'], value: (n: number) => Series['samples'][number]['value']): Series {
  const last = Math.floor(Date.now() / 1000 / STEP) * STEP * 1000;
  const samples = Array.from({ length: SAMPLES }, (_, i) => ({
    at: last - (SAMPLES - 1 - i) * STEP * 1000,
    value: value(i + 1),
  }));
  return { labels, samples };
}

async function calibrated(series: readonly Series[], query: string): Promise<Record<string, unknown>> {
  const prometheus = await Prometheus.start(BINARY!);
  try {
    await prometheus.api.write(series);
    const metrics = `- name: check
  interval: 1m
  count: 3
  successCondition: len(result) > 0 && result[0] < 100
  provider:
    prometheus:
      address: http://prometheus.monitoring:9090
      query: |
        ${query}`;
    const cwd = folderWith({ 'rollout.yaml': manifestsWith(metrics) });
    const args = ['calibrate', 'rollout.yaml', '--prometheus', prometheus.api.address, '--range', '1h', '-f', 'json'];
    const { out, err } = await runCli(args, { cwd });
    expect(err).toBe('');
    return (JSON.parse(out) as Record<string, unknown>[])[0];
  } finally {
    await prometheus.stop();
  }
}

const NO_FINDINGS = [
  expect.objectContaining({ findings: [], replay: expect.objectContaining({ failed: 0, errors: 0 }) as object }),
];

describeReal('a calibration reads the metrics as the queries do', () => {
  test('native histograms', async () => {
    // Of 200 requests, 100 take up to 0.0625 s, 99 more up to 0.5 s, and one up to 4 s.
    const counts = [100, 0, 0, 99, 0, 0, 1];
    const histogram = growing({ __name__: 'http_request_duration_seconds', ...COMMON }, (n) => ({
      schema: 0,
      first: -4,
      counts: counts.map((one) => one * n * 3),
      count: 200 * n * 3,
      sum: 20 * n * 6,
    }));
    const json = await calibrated(
      [histogram],
      `histogram_quantile(0.99, sum(rate(http_request_duration_seconds{${CANARY}}[5m])))`,
    );
    expect(json.profile).toMatchObject({ rps: 40, scrapeInterval: STEP });
    const { p50, p90, p99 } = (json.profile as { baselineLatency: Record<string, number> }).baselineLatency;
    expect(p50).toBeCloseTo(0.0625, 3);
    expect(p90).toBeGreaterThan(0.25);
    expect(p90).toBeLessThan(0.5);
    expect(p99).toBeGreaterThan(0.49);
    expect(p99).toBeLessThan(0.5);
    expect(json.latencies).toContainEqual({ seconds: expect.closeTo(0.0625, 3) as number, share: 0.5 });
    expect(json.checks).toEqual(NO_FINDINGS);
  });

  test('Istio, whose proxies at both ends count a request', async () => {
    const labels = (reporter: string, code: string): Series['labels'] => ({
      __name__: 'istio_requests_total',
      reporter,
      response_code: code,
      destination_service_name: 'checkout-stable',
      destination_service_namespace: 'shop',
    });
    const series = ['source', 'destination'].flatMap((reporter) => [
      growing(labels(reporter, '200'), (n) => n * STEP * 29),
      growing(labels(reporter, '503'), (n) => n * STEP),
    ]);
    const bucket = (le: string, share: number): Series =>
      growing(
        { ...labels('destination', '200'), __name__: 'istio_request_duration_milliseconds_bucket', le },
        (n) => n * STEP * 30 * share,
      );
    series.push(bucket('25', 0.5), bucket('100', 0.9), bucket('500', 0.99), bucket('1000', 1), bucket('+Inf', 1));
    const selector = 'destination_service_name="checkout-canary",destination_service_namespace="shop"';
    const json = await calibrated(
      series,
      `sum(rate(istio_requests_total{${selector},response_code=~"5.."}[2m])) / sum(rate(istio_requests_total{${selector}}[2m]))`,
    );
    expect(json.profile).toMatchObject({
      rps: 30,
      baselineErrorRate: 0.0333,
      baselineLatency: { p50: 0.025, p90: 0.1, p99: 0.5 },
      latencyBuckets: [0.025, 0.1, 0.5, 1],
    });
    expect(JSON.stringify(json.measured)).toContain('requests are those of reporter=\\"destination\\"');
    expect(json.checks).toEqual(NO_FINDINGS);
  });

  test('gRPC', async () => {
    const labels = (code: string): Series['labels'] => ({
      __name__: 'grpc_server_handled_total',
      grpc_code: code,
      ...COMMON,
    });
    const series = [growing(labels('OK'), (n) => n * STEP * 9), growing(labels('Unavailable'), (n) => n * STEP)];
    const json = await calibrated(
      series,
      `sum(rate(grpc_server_handled_total{${CANARY},grpc_code=~"Unavailable|Internal"}[2m])) / sum(rate(grpc_server_handled_total{${CANARY}}[2m]))`,
    );
    expect(json.profile).toMatchObject({ rps: 10, baselineErrorRate: 0.1 });
    expect(json.checks).toEqual(NO_FINDINGS);
  });
});
