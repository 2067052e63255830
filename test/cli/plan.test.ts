import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith, runCli } from './run-cli';

const ROOT = join(__dirname, '../..');
const REFERENCE = join(ROOT, 'test/fixtures/reference');
const FLAGGER = join(ROOT, 'test/fixtures/flagger');
const DIST = (name: string): string => join(ROOT, `dist/${name}.k8s.yaml`);

const ROLLOUT = (steps: string, more = ''): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  replicas: 4
${more}  strategy:
    canary:
      trafficRouting: { istio: { virtualService: { name: checkout } } }
      canaryService: checkout-canary
      stableService: checkout-stable
      steps:
${steps
  .split('\n')
  .map((step) => `        - ${step}`)
  .join('\n')}
${more.includes('workloadRef') ? '' : PODS}`;
const PODS = `  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { containers: [{ name: app, image: 'a:1' }] }
`;
const TEMPLATE = (metric: string): string => `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors, namespace: shop }
spec:
  metrics:
    - name: errors
      successCondition: result[0] <= 5
${metric}      provider: { prometheus: { address: "http://p", query: 'sum(increase(http_requests_total{service="checkout-canary",code=~"5.."}[5m]))' } }
`;
const ANALYSIS = '{ analysis: { templates: [{ templateName: errors }] } }';

describe('cdk8s-canary plan', () => {
  test('shows the reference scenario as it happened: manual approval, then one measurement', async () => {
    const { code, out, err } = await runCli(['plan', REFERENCE]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('0:30   50 % ██████████░░░░░░░░░░  1 + 1    2  waits for manual approval');
    expect(out).toContain('the query finds no series (empty result)  aborted at 1:10 + P');
  });

  test('shows the share that a weight is where all requests have another weight than 100', async () => {
    const stdin = ROLLOUT('setWeight: 500\n{ pause: {} }').replace(
      'istio: { virtualService: { name: checkout } }',
      'maxTrafficWeight: 1000, nginx: { stableIngress: checkout }',
    );
    for (const format of ['text', 'markdown', 'svg', 'html']) {
      const { out } = await runCli(['plan', '-', '-f', format], { stdin });
      expect(out).toContain('setWeight 500 of 1,000 (50 %)');
      expect(out).not.toContain('500 %');
    }
  });

  test.each(['text', 'markdown', 'svg', 'html', 'json'])('writes %s of each example that it can', async (format) => {
    for (const name of [
      'quickstart',
      'gitops-production',
      'header-mirror',
      'gateway-api',
      'grpc-istio',
      'subsets-mtls',
    ]) {
      const { code, out } = await runCli(['plan', DIST(name), '-f', format, '--rollout', 'checkout']);
      if (code === 2) continue;
      expect(code).toBe(0);
      expect(out.length).toBeGreaterThan(300);
      if (format === 'json') expect(JSON.parse(out)).toMatchObject([{ ending: 'promoted' }]);
      expect(out).not.toMatch(/undefined|\[object/);
    }
  });

  test('markdown holds a Mermaid diagram and no word that ends it early', async () => {
    const { out } = await runCli(['plan', REFERENCE, '-f', 'markdown']);
    const [, diagram] = /```mermaid\n([^]*?)```/.exec(out)!;
    expect(diagram.split('\n').slice(0, 2)).toEqual(['stateDiagram-v2', '  direction LR']);
    expect(diagram).toContain('s3 --> aborted: fails');
  });

  test('reads specs as it reads manifests', async () => {
    const [spec, manifests] = [
      await runCli(['plan', join(ROOT, 'examples/quickstart/canary.yaml')]),
      await runCli(['plan', DIST('quickstart')]),
    ];
    expect(spec.err).toBe('');
    expect(spec.out).toBe(manifests.out);
  });

  test('reads a Flagger Canary', async () => {
    const { code, out } = await runCli(['plan', FLAGGER]);
    expect(code).toBe(0);
    expect(out).toContain('test/podinfo  7 min to promotion');
  });

  test('reads standard input', async () => {
    const stdin = readFileSync(DIST('quickstart'), 'utf8');
    expect((await runCli(['plan', '-'], { stdin })).out).toBe((await runCli(['plan', DIST('quickstart')])).out);
  });

  test('compares two states of a folder', async () => {
    const cwd = folderWith({
      'old/app.yaml': ROLLOUT('{ setWeight: 20 }\n{ pause: { duration: 5m } }'),
      'new/app.yaml': ROLLOUT('{ setWeight: 50 }\n{ pause: { duration: 5m } }'),
    });
    const { code, out } = await runCli(['plan', '--compare', 'old', 'new'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('  step 1\n    - setWeight 20 %\n    + setWeight 50 %');
    expect(out).not.toContain('step 2');
    const same = await runCli(['plan', '--compare', 'old', 'old'], { cwd });
    expect(same.out).toMatch(/^for Argo Rollouts [^\n]+\n\nshop\/checkout: both plans are the same\n$/);
    expect((await runCli(['plan', '--compare', 'old'], { cwd })).err).toContain('--compare needs two paths');
    for (const format of ['markdown', 'html']) {
      expect((await runCli(['plan', '--compare', 'old', 'new', '-f', format], { cwd })).out).toContain(
        'setWeight 50 %',
      );
    }
  });

  test('writes into a file, and says when it cannot', async () => {
    const cwd = folderWith({ 'app.yaml': ROLLOUT('{ setWeight: 20 }') });
    expect(await runCli(['plan', 'app.yaml', '-f', 'html', '-o', 'plan.html'], { cwd })).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(readFileSync(join(cwd, 'plan.html'), 'utf8')).toContain('<!doctype html>');
    const { code, err } = await runCli(['plan', 'app.yaml', '-o', 'no/where.txt'], { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining('cannot write no/where.txt')]);
  });
});

test.each([
  ['successRate: { atLeast: 0.99, window: 1h, initialDelay: 5m }', 'looks back 1 h; ', 1],
  ['sequentialTest: {}', 'looks back at most 1 h; ', 0],
  ['sequentialLatencyTest: {}', 'looks back at most 1 h; ', 0],
])(
  'a window longer than the canary lives is warned of, but not that of a subquery: %s',
  async (check, looks, warned) => {
    const app = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: orders, namespace: shop }
spec:
  image: registry.example.com/orders:2.0.0
  port: 8080
  prometheus: http://prometheus.monitoring:9090
  replicas: 4
  checks: [{ ${check} }]
  steps: [{ setWeight: 25 }, analysis]
`;
    const cwd = folderWith({ 'canary.yaml': app });
    const { out } = await runCli(['plan', 'canary.yaml'], { cwd });
    expect(out).toContain(looks);
    expect(out.match(/its window is never filled/g) ?? []).toHaveLength(warned);
  },
);

describe('cdk8s-canary plan says what stands in the way of a plan, and where:', () => {
  const problem = async (app: string): Promise<string> => {
    const { code, out, err } = await runCli(['plan', 'app.yaml'], { cwd: folderWith({ 'app.yaml': app }) });
    expect(code).toBe(1);
    return err + out;
  };

  test('an analysis that never ends', async () => {
    expect(await problem(ROLLOUT(`{ setWeight: 20 }\n${ANALYSIS}`) + TEMPLATE('      interval: 1m\n'))).toContain(
      "app.yaml:13:23  metric 'errors' of the analysis of step 2 has an interval and no count, so that it runs for ever",
    );
  });

  test('a template that is not there', async () => {
    expect(await problem(ROLLOUT(`{ setWeight: 20 }\n${ANALYSIS}`))).toContain(
      "app.yaml:13:53  the analysis of step 2 uses AnalysisTemplate 'errors', which nothing here defines",
    );
  });

  test('a pause that is no duration', async () => {
    expect(await problem(ROLLOUT('{ pause: { duration: soon } }'))).toContain('app.yaml:12:32  the pause lasts "soon"');
  });

  test('a rollout that was paused manually, and so never ends', async () => {
    expect(await problem(ROLLOUT('{ setWeight: 20 }', '  paused: true\n'))).toContain(
      'does not end by itself: manually paused',
    );
  });

  test('a blue-green rollout without an active Service', async () => {
    const app = ROLLOUT('{ setWeight: 1 }').replace(
      /strategy:[^]*/,
      'strategy: { blueGreen: { previewService: a } }\n',
    );
    expect(await problem(app)).toContain('activeService is missing; name the Service that all users reach');
  });

  test('a blue-green analysis without a template, which never succeeds', async () => {
    const app = ROLLOUT('{ setWeight: 1 }').replace(
      /strategy:[^]*/,
      'strategy: { blueGreen: { activeService: a, postPromotionAnalysis: { templates: [] } } }\n',
    );
    expect(await problem(app)).toContain('postPromotionAnalysis names no template, so that the rollout never goes on');
  });

  describe('an analysis that can only end in an error', () => {
    const step = '{ setWeight: 50 }\n{ analysis: { templates: [{ templateName: errors }]MORE } }';
    const template = TEMPLATE('');
    const inUse = (more: string): string => ROLLOUT(step.replace('MORE', more)) + template;
    const plain = inUse('');
    const invalid = 'Step-based analysis phase error/failed: Analysis spec invalid: ';
    const cases: readonly (readonly [what: string, app: string, at: string, message: string])[] = [
      [
        'a dryRun rule of its use that names no metric',
        inUse(', dryRun: [{ metricName: err.* }, { metricName: latency }]'),
        '0:30',
        `${invalid}dryRun[1]: Rule didn't match any metric name(s)`,
      ],
      [
        'a measurementRetention rule of its template that names no metric',
        plain.replace('  metrics:\n', '  measurementRetention: [{ metricName: latency, limit: 5 }]\n  metrics:\n'),
        '0:30',
        `${invalid}measurementRetention[0]: Rule didn't match any metric name(s)`,
      ],
      [
        'two providers',
        plain.replace('provider: { ', 'provider: { datadog: { query: x }, '),
        '0:30',
        `${invalid}metrics[0]: multiple providers specified`,
      ],
      [
        'a condition that is not valid',
        plain.replace('result[0] <= 5', 'result[0] <=< 5'),
        '1:10',
        'consecutiveErrors (5)',
      ],
      [
        'a condition that is no truth value',
        plain.replace('result[0] <= 5', 'result[0]'),
        '1:10',
        'consecutiveErrors (5)',
      ],
    ];

    test.each(cases)('%s', async (_, app, at, message) => {
      const { code, out } = await runCli(['plan', '-'], { stdin: app });
      expect(code).toBe(1);
      expect(out).toMatch(/^shop\/checkout {2}aborted after /m);
      expect(out).toContain(message);
      // The table ends with the abort: what the controller does behind it is no wait for pods.
      expect(out).toMatch(new RegExp(`^ +${at} +aborted: the old version stays the stable one$`, 'm'));
      expect(out).toContain('setWeight 50 %: pods start, 30 s\n');
    });
  });

  test('a migration that loses pods, also where an update was asked for', async () => {
    const app = ROLLOUT(
      '{ setWeight: 20 }',
      '  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout, scaleDown: onsuccess }\n',
    );
    const deployment =
      '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: checkout, namespace: shop }\nspec: { replicas: 40 }\n';
    const migration = await runCli(['plan', '-', '--event', 'migration'], { stdin: app + deployment });
    expect(migration.code).toBe(1);
    expect(migration.out).toContain('takes the pods of Deployment checkout over (scaleDown: onsuccess)');
    const update = await runCli(['plan', '-'], { stdin: app + deployment });
    expect(update.err).toContain('first sync: 40 pods become');
    const other = await runCli(['plan', '-', '--event', 'migration'], { stdin: ROLLOUT('{ setWeight: 20 }') });
    expect(other).toMatchObject({ code: 2 });
    expect(other.err).toContain('no Rollout here has a workloadRef');
    const drawn = await runCli(['plan', '-', '--event', 'migration', '-f', 'svg'], { stdin: app + deployment });
    expect(drawn.err).toContain('--event migration has no format svg; use text, markdown or json');
  });

  test('a rollout without a strategy', async () => {
    const app = ROLLOUT('{ setWeight: 1 }').replace(/strategy:[^]*/, 'strategy: {}\n');
    expect(await problem(app)).toContain('has no strategy; give it strategy.canary or strategy.blueGreen');
  });

  test('a window that is never filled is planned, and pointed out', async () => {
    const app = ROLLOUT(`{ setWeight: 20 }\n${ANALYSIS}`) + TEMPLATE('');
    const { code, out } = await runCli(['plan', '-'], { stdin: app });
    expect(code).toBe(0);
    expect(out).toContain("step 2: 'errors' looks back 5 min, and the canary has had traffic for at most 0 s");
  });

  test('no rollout, or none of that name', async () => {
    const cwd = folderWith({
      'app.yaml': ROLLOUT('{ setWeight: 20 }'),
      'other.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\n',
    });
    expect((await runCli(['plan', 'other.yaml'], { cwd })).err).toContain(
      'no Rollout and no Flagger Canary in other.yaml',
    );
    expect((await runCli(['plan', 'app.yaml', '--rollout', 'chekout'], { cwd })).err).toContain(
      "no Rollout 'chekout' in app.yaml; found: shop/checkout",
    );
    expect((await runCli(['plan', 'nowhere'], { cwd })).code).toBe(2);
    expect((await runCli(['plan'], { cwd: folderWith({}) })).err).toContain('no Rollout and no Flagger Canary in .');
  });

  test('YAML that cannot be read', async () => {
    const { err } = await runCli(['plan', '-'], { stdin: 'a: [1\n---\n' + ROLLOUT('{ setWeight: 20 }') });
    expect(err).toContain('<stdin>:');
  });
});
