import { stringify } from 'yaml';
import { folderWith, runCli } from '../cli/run-cli';
import { BINARY, describeReal } from '../rehearse/real';
import { sample } from '../sample';

const CHECKS = {
  errors: { errorRate: { atMost: 0.01 } },
  latency: { latency: { quantile: 0.99, atMost: '1s' } },
  restarts: { restarts: {} },
  kills: { outOfMemoryKills: {} },
  memory: { saturation: { resource: 'memory', atMost: 0.9 } },
  cpu: { saturation: { resource: 'cpu', atMost: 0.9 } },
  throttling: { saturation: { resource: 'cpuThrottling', atMost: 0.9 } },
};
const app = (...checks: object[]): string =>
  stringify({
    apiVersion: 'cdk8s-canary.dev/v1',
    kind: 'CanaryApp',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      image: 'registry.example.com/cart:1.0.0',
      port: 8080,
      hosts: ['cart.example.com'],
      prometheus: 'http://prometheus.monitoring:9090',
      replicas: 3,
      container: { resources: { cpu: { limit: '500m' }, memory: { limit: '512Mi' } } },
      checks,
      steps: [{ setWeight: 25 }, { pause: '2m' }, 'analysis'],
    },
  });
const simulated = (text: string, ...args: string[]): ReturnType<typeof runCli> =>
  runCli(['simulate', '--runs', '300', '--format', 'json', '--baseline-error-rate', '0', ...args], {
    cwd: folderWith({ 'canary.yaml': text }),
  });

interface Json {
  readonly probability: { readonly aborted: number; readonly promoted: number };
  readonly falseAlarm: { readonly value: number };
  readonly profile: { readonly errorRate: number };
  readonly decidedBy: readonly { readonly metric: string }[];
  readonly detectionCurve: readonly { readonly what: string; readonly value: number }[];
}
const first = (out: string): Json => (JSON.parse(out) as Json[])[0];

describe('a regression is caught by the check that sees it, and by no other', () => {
  const rest = (without: keyof typeof CHECKS): object[] =>
    Object.entries(CHECKS).flatMap(([name, check]) => (name === without ? [] : check));
  test.each([
    ['latency', ['--latency-factor', '4'], 'latency-p99'],
    ['latency', ['--latency-p99', '2s'], 'latency-p99'],
    ['restarts', ['--restarts', '60'], 'restarts'],
    ['kills', ['--restarts', '60', '--restart-reason', 'OOMKilled'], 'out-of-memory-kills'],
  ] as const)('%s: %j', async (check, options, metric) => {
    const seen = first((await simulated(app(CHECKS[check], CHECKS.errors), ...options)).out);
    expect(seen.probability.aborted).toBeGreaterThan(0.97);
    expect(seen.decidedBy[0].metric).toBe(metric);
    expect(seen.falseAlarm.value).toBeLessThan(0.03);
    // It fails no more requests than today, since nothing says so.
    expect(seen.profile.errorRate).toBe(0);
    // A container that is killed for its memory has restarted too.
    const others = rest(check).filter((one) => check !== 'kills' || !('restarts' in one));
    const unseen = first((await simulated(app(...others), ...options)).out);
    expect(unseen.probability.promoted).toBeGreaterThan(0.97);
  });

  test.each(['memory', 'cpu', 'throttling'] as const)('saturation of %s', async (check) => {
    const seen = first((await simulated(app(CHECKS[check]), '--saturation', '98%')).out);
    expect([seen.probability.aborted, seen.falseAlarm.value]).toEqual([1, 0]);
    const below = first((await simulated(app(CHECKS[check]), '--saturation', '85%')).out);
    expect(below.probability.promoted).toBe(1);
  });
});

test('the detection curve runs over the regression that is tried', async () => {
  const { out } = await simulated(app(CHECKS.restarts), '--restarts', '20');
  const { detectionCurve } = first(out);
  expect(detectionCurve.map(({ what }) => what)).toEqual(
    [1, 2, 5, 10, 20, 60].map((restarts) => `${restarts} restart${restarts === 1 ? '' : 's'}/h`),
  );
  expect(detectionCurve[0].value).toBeLessThan(0.5);
  expect(detectionCurve[5].value).toBeGreaterThan(0.97);
});

describe('suggest', () => {
  const known = [
    ['--latency-factor', '3', 'latency'],
    ['--restarts', '30', 'restarts'],
    ['--saturation', '98%', 'memory'],
  ] as const;
  test.each(sample(known, 3))('knows %s %s', async (option, value, check) => {
    const { code, out } = await simulated(app(CHECKS[check]), '--suggest', option, value);
    const [{ caught, falseAlarm }] = JSON.parse(out) as { caught: { low: number }; falseAlarm: { high: number } }[];
    expect([code, caught.low >= 0.95, falseAlarm.high <= 0.01]).toEqual([0, true, true]);
  });

  test.each([
    [
      ['--latency-p99', '2s'],
      'answers p50 in 50 ms and p99 in 2000 ms',
      'latency, latencyAgainstStable, sequentialLatencyTest',
    ],
    [['--restarts', '6'], 'restarts each container 6 times an hour', 'restarts'],
    [
      ['--restarts', '7', '--restart-reason', 'OOMKilled'],
      'restarts each container 7 times an hour for its memory',
      'restarts, outOfMemoryKills',
    ],
    [['--saturation', '95%'], 'uses 95 % of its limits of memory and CPU', 'saturation'],
  ])('refuses %j where no check sees it, and says which would', async (options, what, checks) => {
    const { code, err } = await simulated(app(CHECKS.errors), '--suggest', ...options);
    expect(code).toBe(1);
    expect(err).toContain(`no check of 'cart' sees a version that ${what}`);
    expect(err).toContain(`add one that does: ${checks};`);
  });
});

test.each([
  [['--latency-p99', '1s', '--latency-factor', '2'], 'both state the latency of the new version'],
  [['--latency-factor', '0'], 'give a number above 0'],
  [['--latency-p99', '10ms'], 'below the median of 0.05 s'],
  [['--restarts', '-1'], 'Give a number of 0 or more'],
  [['--restart-reason', 'OOMKilled'], 'say how often with --restarts'],
])('options that make no sense are refused: %j', async (options, message) => {
  const { code, err } = await simulated(app(CHECKS.errors), ...options);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

describeReal('a real Prometheus agrees with the simulation', () => {
  test.each(['prometheus', 'simulation'])('on scenarios with these regressions: %s', async (engine) => {
    const scenarios = [
      { name: 'healthy', expect: 'promoted' },
      { name: 'tail', version: { 'latency-p99': '2s' }, expect: 'aborted' },
      { name: 'slower', version: { 'latency-factor': 4 }, expect: 'aborted' },
      { name: 'restarts', version: { restarts: 60 }, expect: 'aborted' },
      { name: 'killed', version: { restarts: 60, 'restart-reason': 'OOMKilled' }, expect: 'aborted' },
      { name: 'saturated', version: { saturation: '98%' }, expect: 'aborted' },
      { name: 'used', version: { saturation: '80%' }, expect: 'promoted' },
    ];
    const cwd = folderWith({
      'canary.yaml': app(...Object.values(CHECKS)),
      'cart.scenarios.yaml': stringify({ manifests: 'canary.yaml', traffic: { baselineErrorRate: 0 }, scenarios }),
    });
    const { code, out } = await runCli(['test', '--engine', engine], {
      cwd,
      env: { PATH: process.env.PATH! },
    });
    expect([code, out]).toEqual([0, expect.stringContaining('7 passed')]);
    expect(BINARY).toBeDefined();
  });
});

test('how the last container ended is a series from its first restart on, in both engines alike', async () => {
  // Three pods, of which each has failed by itself with the chance 1 - exp(-7 min × 4/h), or none has.
  const query =
    'sum(kube_pod_container_status_last_terminated_reason{namespace="{{args.namespace}}",pod=~"cart-{{args.canary-hash}}-.*",reason="Error"})';
  const check = { query: { name: 'ended', query, threshold: { atMost: 100 }, noData: 'fail' } };
  const text = app(check);
  const never = first((await simulated(text)).out);
  expect(never.probability.aborted).toBe(1);
  const often = first((await simulated(text, '--restarts', '60')).out);
  expect(often.probability.promoted).toBeGreaterThan(0.9);
});
