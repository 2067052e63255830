import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { folderWith, runCli } from './run-cli';
import { sampleSize } from '../sample';

const ROOT = join(__dirname, '../..');
const REFERENCE = join(ROOT, 'test/fixtures/reference');
const PRODUCTION = join(ROOT, 'dist/gitops-production.k8s.yaml');
const SPEC = readFileSync(join(ROOT, 'examples/quickstart/canary.yaml'), 'utf8');
const FEW = ['--runs', '400'];

interface Figures {
  readonly probability: { readonly aborted: number; readonly paused: number; readonly promoted: number };
  readonly falseAlarm: { readonly value: number };
  readonly promotionSeconds: { readonly mean: number } | null;
  readonly detectionSeconds: { readonly mean: number } | null;
  readonly failedRequests: { readonly mean: number };
}
async function figures(args: readonly string[], cwd = '.'): Promise<Figures> {
  const { code, out, err } = await runCli(['simulate', ...args, '--format', 'json'], { cwd });
  expect([code, err]).toEqual([0, '']);
  return (JSON.parse(out) as Figures[])[0];
}

describe('cdk8s-canary simulate', () => {
  test('answers for the reference scenario: every request fails, and it is rolled back', async () => {
    const { code, out } = await runCli(['simulate', REFERENCE, '--rps', '20', '--error-rate', '100%', ...FEW]);
    expect(code).toBe(0);
    expect(out).toContain('aborted     100 %');
  });

  test('tells the reference scenario’s open question in figures: no failure, no series, an abort', async () => {
    const { probability } = await figures([REFERENCE, '--rps', '20', '--error-rate', '0', ...FEW]);
    expect(probability.aborted).toBe(1);
    const library = await figures([join(ROOT, 'dist/quickstart.k8s.yaml'), '--rps', '20', '--error-rate', '0', ...FEW]);
    expect(library.probability.promoted).toBe(1);
  });

  test('without any traffic the library’s default waits for manual approval', async () => {
    const { probability } = await figures([PRODUCTION, '--rps', '0', ...FEW]);
    expect(probability).toEqual({ aborted: 0, paused: 1, promoted: 0 });
  });

  test('gives JSON with the names that scripts rely on', async () => {
    const { out } = await runCli([
      'simulate',
      PRODUCTION,
      '--rps',
      '20',
      '--error-rate',
      '0.02',
      '--seed',
      '7',
      '--format',
      'json',
      ...FEW,
    ]);
    expect(JSON.parse(out)).toMatchObject([
      {
        rollout: 'shop/checkout',
        runs: 400,
        seed: 7,
        probability: { aborted: 1, paused: 0, promoted: 0 },
        detectionSeconds: { mean: expect.any(Number), p50: expect.any(Number), p95: expect.any(Number) },
        failedRequests: { mean: expect.any(Number), p95: expect.any(Number) },
        detectionCurve: expect.arrayContaining([expect.objectContaining({ errorRate: 0.02, value: 1 })]),
      },
    ]);
  });

  test('reads a profile; what the command line says goes before it', async () => {
    const cwd = folderWith({ 'traffic.yaml': 'rps: 20\nerrorRate: 100%\nscrapeInterval: 15s\n' });
    expect((await figures([PRODUCTION, '--profile', 'traffic.yaml', ...FEW], cwd)).probability.aborted).toBe(1);
    const none = await figures([PRODUCTION, '--profile', 'traffic.yaml', '--error-rate', '0', ...FEW], cwd);
    expect(none.probability.promoted).toBe(1);
  });

  test('prints the schema of a profile', async () => {
    const { code, out } = await runCli(['schema', 'profile']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ properties: { rps: { default: 20 } }, additionalProperties: false });
  });

  test('answers for a Flagger Canary', async () => {
    const flagger = join(ROOT, 'test/fixtures/flagger');
    expect((await figures([flagger, '--rps', '50', '--error-rate', '0.5', ...FEW])).probability.aborted).toBe(1);
    expect((await runCli(['simulate', flagger, '--suggest', ...FEW])).err).toContain(
      '--suggest works for Rollouts only',
    );
  });

  test('says that what nothing measures nothing stops', async () => {
    const app = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: blind }
spec:
  selector: { matchLabels: { app: x } }
  template: { metadata: { labels: { app: x } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  replicas: 2
  strategy: { canary: { steps: [{ setWeight: 50 }, { pause: { duration: 60 } }] } }
`;
    const { out, err } = await runCli(['simulate', '-', ...FEW], { stdin: app });
    expect(err).toContain('blind has no analysis, so only a person can stop a bad version');
    expect(out).toContain('never caught');
  });

  test('takes an experiment to succeed whose metric comes from elsewhere, if that is stated', async () => {
    const app = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: trial }
spec:
  replicas: 2
  selector: { matchLabels: { app: x } }
  template: { metadata: { labels: { app: x } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  strategy:
    canary:
      steps:
        - setWeight: 50
        - experiment: { duration: 10m, templates: [{ name: c, specRef: canary }], analyses: [{ name: s, templateName: smoke }] }
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: smoke }
spec: { metrics: [{ name: page, provider: { web: { url: 'https://shop.example.com' } } }] }
`;
    const { out, err } = await runCli(['simulate', '-', '--assume', 'page=success', ...FEW], { stdin: app });
    expect(err).toContain('trial has no analysis besides those of experiments, which simulate does not judge');
    expect(out).toContain('step 2: the experiment succeeds; its analyses (s) are not simulated');
    const unsaid = await runCli(['simulate', '-', ...FEW], { stdin: app });
    expect([unsaid.code, unsaid.out]).toEqual([1, '']);
    expect(unsaid.err).toContain(
      'a web metric cannot be simulated from traffic; state what it is, such as page=success',
    );
    const failing = await runCli(['simulate', '-', '--assume', 'page=failure', ...FEW], { stdin: app });
    expect([failing.code, failing.out]).toEqual([1, '']);
    expect(failing.err).toContain(
      "metric 'page' of analysis 's' in the experiment of step 2 decides the update, and simulate only follows experiments that succeed",
    );
    expect(failing.err).not.toContain('--query-means');
    const refused = await runCli(['simulate', '-', '--assume', 'pag=success', ...FEW], { stdin: app });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("no metric is called 'pag'; did you mean 'page'?");
  });
});

/** A rollout of one pod, whose background analysis ends at 3:00, in the first of two timed pauses. */
const ONE_POD = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: shop } }
  template: { metadata: { labels: { app: shop } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  strategy:
    canary:
      canaryService: shop-canary
      stableService: shop-stable
      trafficRouting: { istio: { virtualService: { name: shop, routes: [primary] } } }
      steps: [{ setWeight: 5 }, { pause: { duration: 5m } }, { setWeight: 50 }, { pause: { duration: 5m } }]
      analysis: { templates: [{ templateName: t }] }
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: t, namespace: shop }
spec:
  metrics:
    - name: x
      interval: 1m
      initialDelay: 3m
      successCondition: result[0] < 1
      failureCondition: result[0] > 5
      provider: { web: { url: 'http://x', jsonPath: '{$.a}' } }
`;

/** Ten pods that are replaced one after the other, without a router. */
const BY_PODS = (steps: string, initialDelay: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop }
spec:
  replicas: 10
  selector: { matchLabels: { app: shop } }
  template: { metadata: { labels: { app: shop } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  strategy:
    canary: { maxSurge: 1, maxUnavailable: 0, steps: ${steps}, analysis: { templates: [{ templateName: t }] } }
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: t }
spec:
  metrics:
    - name: x
      interval: 1m
      initialDelay: ${initialDelay}
      successCondition: result[0] < 1
      failureCondition: result[0] > 5
      provider: { web: { url: 'http://x', jsonPath: '{$.a}' } }
`;

describe('cdk8s-canary simulate takes from the model of the controller', () => {
  const inconclusive = ['--assume', 'x=inconclusive', ...FEW];

  test('that an inconclusive background analysis does not hold back an update that needs no more pods', async () => {
    const cwd = folderWith({ 'shop.yaml': ONE_POD, 'two.yaml': ONE_POD.replace('replicas: 1', 'replicas: 2') });
    const { probability, promotionSeconds } = await figures(['shop.yaml', ...inconclusive], cwd);
    expect(probability).toEqual({ aborted: 0, paused: 0, promoted: 1 });
    expect(promotionSeconds!.mean).toBe(330);
    // After the second pause, another pod would be needed.
    expect((await figures(['two.yaml', ...inconclusive], cwd)).probability.paused).toBe(1);
  });

  test('that it does hold back pods which are still to be replaced behind the last step', async () => {
    const cwd = folderWith({ 'shop.yaml': BY_PODS('[{ setWeight: 10 }, { pause: { duration: 30s } }]', '2m') });
    expect((await figures(['shop.yaml', ...inconclusive], cwd)).probability.paused).toBe(1);
  });

  test.each([
    ['45s', 45, 450],
    ['285s', 285, 25_645],
  ])('what an abort after %s leaves to the new version while pods come back', async (delay, at, tail) => {
    const cwd = folderWith({ 'shop.yaml': BY_PODS('[{ setWeight: 100 }]', delay) });
    const args = ['shop.yaml', '--assume', 'x=failure', '--rps', '100', '--error-rate', '1', ...FEW];
    const { failedRequests, detectionSeconds } = await figures(args, cwd);
    expect(detectionSeconds!.mean).toBe(at);
    expect(failedRequests.mean).toBeCloseTo(tail, -1.5);
  });
});

describe('cdk8s-canary simulate --suggest', () => {
  const goal = ['--rps', '20', '--error-rate', '0.01', '--power', '0.9', '--false-alarms', '0.02'];

  test('writes merge patches that, applied, reach the goal', async () => {
    const { code, out } = await runCli(['simulate', PRODUCTION, ...goal, '--suggest']);
    expect(code).toBe(0);
    const patches = parseAllDocuments(out).map((document) => document.toJS() as Manifest);
    expect(patches.map(({ kind }) => kind)).toEqual(['Rollout', 'AnalysisTemplate']);
    const manifests = parseAllDocuments(readFileSync(PRODUCTION, 'utf8')).map(
      (document) => document.toJS() as Manifest,
    );
    const patched = manifests.map((manifest) => {
      const patch = patches.find(
        ({ kind, metadata }) => kind === manifest.kind && metadata.name === manifest.metadata.name,
      );
      return patch ? (merged(manifest, patch) as Manifest) : manifest;
    });
    const cwd = folderWith({ 'patched.yaml': patched.map((one) => stringify(one)).join('---\n') });
    const after = await figures(
      ['patched.yaml', ...goal.slice(0, 4), '--runs', `${sampleSize(8000, 4)}`, '--seed', '99'],
      cwd,
    );
    expect(1 - after.probability.promoted).toBeGreaterThan(0.9);
    expect(after.falseAlarm.value).toBeLessThan(0.02);
    const before = await figures([PRODUCTION, ...goal.slice(0, 4), '--runs', '2000']);
    expect(before.falseAlarm.value).toBeGreaterThan(0.05);
    expect(after.promotionSeconds?.mean ?? 0).toBeLessThan(71 * 60);
  });

  test('of a spec writes what is merged over it, and that reaches the goal', async () => {
    const cwd = folderWith({ 'canary.yaml': SPEC });
    const { code, out } = await runCli(['simulate', 'canary.yaml', ...goal, '--suggest'], { cwd });
    expect(code).toBe(0);
    const change = parse(out) as { spec: { failures: { atMost: number } } };
    expect(change.spec.failures.atMost).toBeGreaterThan(5);
    const whole = merged(parse(SPEC), change);
    const applied = folderWith({ 'canary.yaml': stringify(whole) });
    const after = await figures(
      ['canary.yaml', ...goal.slice(0, 4), '--runs', `${sampleSize(8000, 4)}`, '--seed', '99'],
      applied,
    );
    expect(1 - after.probability.promoted).toBeGreaterThan(0.9);
    expect(after.falseAlarm.value).toBeLessThan(0.02);
  });

  test('says when nothing of the kind can be had', async () => {
    const { code, err } = await runCli([
      'simulate',
      join(ROOT, 'examples/quickstart/canary.yaml'),
      '--rps',
      '0.5',
      '--error-rate',
      '0.002',
      '--suggest',
    ]);
    expect(code).toBe(1);
    expect(err).toContain(
      'no plan of up to eight times the length and no limit up to 8 catches 95.0 % of such versions',
    );
  });
});

describe('cdk8s-canary simulate refuses what it cannot tell:', () => {
  test('a profile with mistakes, each with its place', async () => {
    const cwd = folderWith({ 'traffic.yaml': 'rps: many\nscrapeIntervall: 15s\n' });
    const { code, err } = await runCli(['simulate', PRODUCTION, '--profile', 'traffic.yaml'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain('traffic.yaml:1:6  rps is "many"; give requests per second');
    expect(err).toContain(
      "traffic.yaml:2:1  a traffic profile has no field 'scrapeIntervall'; did you mean 'scrapeInterval'?",
    );
    expect((await runCli(['simulate', PRODUCTION, '--profile', 'nowhere.yaml'], { cwd })).err).toContain(
      'cannot read nowhere.yaml',
    );
  });

  test('a query that counts nothing it knows, and how to state it', async () => {
    const app = readFileSync(PRODUCTION, 'utf8').replace(/query: \|[^]*?(?=\n {6}\w|\n---)/, 'query: up');
    const { code, err } = await runCli(['simulate', '-', ...FEW], { stdin: app });
    expect(code).toBe(1);
    expect(err).toContain('cannot tell what this query counts');
    expect(err).toContain('--query-means');
    const stated = await runCli(['simulate', '-', '--query-means', 'failures=failures:5m', ...FEW], { stdin: app });
    expect(stated.code).toBe(0);
  });

  test.each([
    [['--error-rate', '3'], 'Give a share such as 0.02 or 2%.'],
    [['--rps', '-1'], 'Give a number of 0 or more.'],
    [['--runs', '0'], 'Give a whole number of 1 or more.'],
    [['--query-means', 'x'], 'Give metric=meaning'],
  ])('%s', async (args, message) => {
    const { code, err } = await runCli(['simulate', PRODUCTION, ...args]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** RFC 7386. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(target as Record<string, unknown>) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key] ?? {}, value);
  }
  return result;
}

describe('the Job of a step', () => {
  const job = (options = ''): string => `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: checkout, namespace: shop }
spec:
  image: registry.example.com/checkout:2
  port: 8080
  prometheus: http://prometheus.monitoring:9090
  steps:
    - setWeight: 50
    - analysis: { templates: [{ jobAnalysis: { image: 'registry.example.com/k6:1', command: [k6, run]${options} } }] }
    - pause: { duration: 5m }
    - analysis
`;
  const healthy = ['simulate', 'canary.yaml', '--error-rate', '0', '--runs', '50'];

  test.each([
    ['the app and the step', '', 'checkout-step-2'],
    ['its metricName', ', metricName: smoke', 'smoke'],
  ])('is called after %s, and --assume says how it ends', async (_, options, name) => {
    const cwd = folderWith({ 'canary.yaml': job(options) });
    const usual = await runCli(healthy, { cwd });
    expect(usual.out).toContain(`metric '${name}' is measured by job and succeeds (--assume ${name}=… states another`);
    for (const [outcome, ending] of [
      ['success', 'promoted'],
      ['failure', 'aborted'],
      ['error', 'aborted'],
      ['inconclusive', 'paused'],
    ]) {
      const { code, out } = await runCli([...healthy, '--assume', `${name}=${outcome}`], { cwd });
      expect([code, outcome, out]).toEqual([0, outcome, expect.stringMatching(new RegExp(`^  ${ending} +100 %`, 'm'))]);
      const by = outcome === 'success' ? 'never caught' : `${name} (step 2) in 100 %: as assumed`;
      expect(out).toContain(by);
    }
  });

  test.each([
    ['simulate', '--assume', 'checkout-stp-2=failure'],
    ['simulate', '--query-means', 'checkout-stp-2=failures:5m'],
    ['rehearse', '--assume', 'checkout-stp-2=failure', '--prometheus', process.execPath],
  ])('is not missed by a typo: %s %s', async (command, option, ...rest) => {
    const cwd = folderWith({ 'canary.yaml': job() });
    const { code, out, err } = await runCli([command, 'canary.yaml', option, ...rest], { cwd });
    expect([code, out, err]).toEqual([
      2,
      '',
      `cdk8s-canary: ${option} checkout-stp-2=…: no metric is called 'checkout-stp-2'; did you mean 'checkout-step-2'?\n`,
    ]);
  });

  test('may be in one of several rollouts, in another shard, or in one of two versions', async () => {
    const other = job()
      .replaceAll('checkout', 'cart')
      .replace(/ {4}- analysis: .*\n/, '');
    const cwd = folderWith({
      'a/checkout.canary.yaml': job(),
      'a/cart.canary.yaml': other,
      'b/cart.canary.yaml': other,
    });
    const assume = ['--assume', 'checkout-step-2=failure', '--runs', '20'];
    const codes = [];
    for (const args of [['a'], ['a', '--shard', '1/2'], ['a', '--shard', '2/2'], ['b', 'a', '--compare']]) {
      codes.push((await runCli(['simulate', ...args, ...assume], { cwd })).code);
    }
    expect(codes).toEqual([0, 0, 0, 0]);
    expect((await runCli(['simulate', 'b', ...assume], { cwd })).code).toBe(2);
  });
});
