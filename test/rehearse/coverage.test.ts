import { stringify } from 'yaml';
import { folderWith, runCli } from '../cli/run-cli';
import { describeReal, rendered } from './real';

const QUICKSTART = rendered('quickstart.k8s.yaml');
const beside = (scenarios: string, app = QUICKSTART): string =>
  folderWith({
    'app.yaml': app,
    'canary.scenarios.yaml': `manifests: app.yaml\ntraffic: { rps: 20, baselineErrorRate: 0 }\nperson: 1m\nscenarios:\n${scenarios}`,
  });
const HEALTHY = '  - { name: good, expect: promoted }\n';
const BAD = '  - { name: bad, version: fails, expect: aborted }\n';
const IDLE = '  - { name: idle, traffic: none, expect: paused }\n';
const AWAY = '  - { name: away, prometheus: unreachable, expect: aborted }\n';
const simulated = (cwd: string, ...args: string[]): ReturnType<typeof runCli> =>
  runCli(['test', '--coverage', '--engine', 'simulation', ...args], { cwd });

interface Json {
  readonly scenarios: readonly { readonly name: string }[];
  readonly coverage: readonly {
    readonly covered: number;
    readonly outcomes: number;
    readonly checks: readonly {
      readonly exercised: Readonly<Record<string, readonly string[]>>;
      readonly missing: readonly string[];
      readonly impossible: readonly string[];
      readonly advice: readonly string[];
    }[];
  }[];
}

test('coverage names each outcome that no scenario exercises, and what would exercise it', async () => {
  const { code, out } = await simulated(beside(HEALTHY + BAD));
  expect(code).toBe(1);
  expect(out).toContain('coverage of shop/checkout: 2 of 4 outcomes exercised by 2 scenarios');
  expect(out).toMatch(/failures {2}step 3 {2}✓ pass {2}✓ fail {2}✗ no data {2}✗ error/);
  expect(out).toContain("no scenario exercises 'no data'; add one with traffic: none");
  expect(out).toContain("no scenario exercises 'error'; add one with prometheus: unreachable");
});

test('it is complete where scenarios exercise all four, in one file or in several', async () => {
  const cwd = beside(HEALTHY + BAD);
  const more = folderWith({
    'app.yaml': QUICKSTART,
    'a.scenarios.yaml': `manifests: app.yaml\nperson: 1m\ntraffic: { baselineErrorRate: 0 }\nscenarios:\n${HEALTHY}${BAD}`,
    'b.scenarios.yaml': `manifests: app.yaml\nscenarios:\n${IDLE}${AWAY}`,
  });
  expect((await simulated(cwd)).code).toBe(1);
  const { code, out } = await simulated(more, '--format', 'json');
  const [{ scenarios, coverage }] = JSON.parse(out) as Json[];
  expect([code, scenarios.map(({ name }) => name)]).toEqual([0, ['good', 'bad', 'idle', 'away']]);
  expect(coverage).toEqual([expect.objectContaining({ covered: 4, outcomes: 4 })]);
  expect(coverage[0].checks[0].exercised).toEqual({
    pass: ['good'],
    fail: ['bad'],
    'no data': ['idle'],
    error: ['away'],
  });
});

test('without the option, missing outcomes are no finding', async () => {
  const { code, out } = await runCli(['test', '--engine', 'simulation'], { cwd: beside(HEALTHY) });
  expect([code, out]).toEqual([0, expect.not.stringContaining('coverage')]);
});

test('what cannot happen to a check is not asked for', async () => {
  // Without its second half the query ends with `or vector(0)`, which always finds something.
  const neverEmpty = QUICKSTART.replace(/\n +and\n +\(sum\(increase.*>= 1\)/, '');
  expect(neverEmpty).not.toBe(QUICKSTART);
  const { code, out } = await simulated(beside(HEALTHY + BAD + AWAY, neverEmpty));
  expect(out).toMatch(/✓ pass {2}✓ fail {2}– no data {2}✓ error/);
  expect(out).toContain("'no data' is not asked for: its query always finds a value");
  expect(code).toBe(0);
});

test('JUnit has a case for each check, which fails for a missing outcome', async () => {
  const { out } = await simulated(beside(HEALTHY + BAD + IDLE), '--format', 'junit');
  expect(out).toContain('<testsuite name="coverage of shop/checkout" tests="1" failures="1"');
  expect(out).toContain("no scenario exercises 'error'; add one with prometheus: unreachable");
});

test('Markdown has a table of results and one of coverage', async () => {
  const { out } = await simulated(beside(HEALTHY + BAD + IDLE), '--format', 'markdown');
  expect(out).toContain('| ✓ passed | good |');
  expect(out).toContain('| failures | step 3 | ✓ | ✓ | ✓ | ✗ |');
});

test('a page shows runs, not coverage', async () => {
  const { code, err } = await simulated(beside(HEALTHY), '--format', 'html');
  expect([code, err]).toEqual([2, expect.stringContaining('give --coverage with text, markdown, json or junit')]);
});

test('a scenario states how a metric of another provider ends', async () => {
  const { code, out } = await runCli(['test', '--engine', 'simulation', '--coverage', 'invoices.scenarios.yaml'], {
    cwd: folderWith({
      'app.yaml': rendered('blue-green.k8s.yaml'),
      'invoices.scenarios.yaml': `manifests: app.yaml\nperson: 1m\ntraffic: { baselineErrorRate: 0 }\nscenarios:\n${HEALTHY}  - { name: smoke, assume: { invoices-smoke: failure }, expect: aborted }\n`,
    }),
  });
  expect(code).toBe(1);
  expect(out).toMatch(/invoices-smoke {2}step 2 {2}✓ pass {2}✓ fail {2}– no data {2}✗ error/);
  expect(out).toContain("'no data' is not asked for: a Job has no data");
});

describe('of metrics that something else than Prometheus measures', () => {
  const metric = (name: string, provider: object, more: object = {}): object => ({ name, provider, ...more });
  const app = [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'mixed', namespace: 'shop' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'mixed' } },
        template: {
          metadata: { labels: { app: 'mixed' } },
          spec: { containers: [{ name: 'app', image: 'a:1' }] },
        },
        strategy: {
          canary: { steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: 'mixed' }] } }] },
        },
      },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'mixed', namespace: 'shop' },
      spec: {
        metrics: [
          metric('page', { web: { url: 'http://page', jsonPath: '{$.ok}' } }, { successCondition: 'result == true' }),
          metric('score', { kayenta: { threshold: { pass: 90, marginal: 75 }, scopes: [] } }),
          metric('nil-passes', { datadog: { query: 'avg:errors{*}' } }, { successCondition: 'default(result, 0) < 1' }),
          metric('nil-fails', { datadog: { query: 'avg:hits{*}' } }, { successCondition: 'default(result, 0) > 1' }),
          metric('unjudged', { datadog: { query: 'avg:hits{*}' } }),
          metric('constant', { web: { url: 'http://page', jsonPath: '{$.ok}' } }, { successCondition: 'true' }),
        ],
      },
    },
  ];
  const ALL = ['page', 'score', 'nil-passes', 'nil-fails', 'unjudged', 'constant'];
  const assume = (outcome: string, names = ALL): string =>
    `assume: { ${names.map((name) => `${name}: ${outcome}`).join(', ')} }`;
  const tested = async (scenarios: string, ...args: string[]): Promise<{ code: number; out: string }> =>
    runCli(['test', '--coverage', ...args], {
      cwd: folderWith({
        'app.yaml': app.map((one) => stringify(one)).join('---\n'),
        'mixed.scenarios.yaml': `manifests: app.yaml\nscenarios:\n${scenarios}`,
      }),
      env: { PATH: process.env.PATH! },
    });
  const EVERY = `  - { name: good, expect: promoted, ${assume('success')} }
  - { name: bad, expect: aborted, ${assume('failure', ALL.slice(0, 4))} }
  - { name: broken, expect: aborted, ${assume('error')} }
  - { name: nil is good, expect: promoted, ${assume('no data', ['nil-passes', 'unjudged'])} }
  - { name: nil is bad, expect: aborted, ${assume('no data', ['nil-fails'])} }
`;

  test('it says why an outcome is not asked for, and asks for all others', async () => {
    const { code, out } = await tested('  - { name: good, expect: promoted }\n', '--engine', 'simulation');
    expect(code).toBe(1);
    expect(out).toMatch(/page .*✓ pass {2}✗ fail {2}– no data {2}✗ error/);
    expect(out).toContain("'no data' is not asked for: what web answers without data is not known");
    expect(out).toMatch(/score .*✓ pass {2}✗ fail {2}– no data {2}✗ error/);
    expect(out).toMatch(/nil-fails .*✓ pass {2}✗ fail {2}✗ no data {2}✗ error/);
    expect(out).toContain("no scenario exercises 'no data'; add one with assume: { nil-fails: no data }");
    expect(out).toMatch(/unjudged .*✓ pass {2}– fail {2}✗ no data {2}✗ error/);
    expect(out).toContain("'fail' is not asked for: it has neither a successCondition nor a failureCondition");
    expect(out).toMatch(/constant .*✓ pass {2}– fail {2}– no data {2}✗ error/);
    expect(out).toContain("'fail' is not asked for: its conditions do not depend on the result");
  });

  test('no data ends as the conditions of the metric decide', async () => {
    const { code, out } = await tested(EVERY, '--engine', 'simulation');
    expect([code, out]).toEqual([0, expect.stringContaining('5 passed')]);
    expect(out).toContain('coverage of shop/mixed: 19 of 19 outcomes');
  });

  test('a Prometheus that cannot be reached does not concern them', async () => {
    const { code, out } = await tested(
      `${EVERY}  - { name: away, prometheus: unreachable, expect: promoted }\n`,
      '--engine',
      'simulation',
    );
    expect([code, out]).toEqual([0, expect.stringContaining('6 passed')]);
  });

  test('whose answer without data is not known are not assumed to find none', async () => {
    const scenario = `  - { name: wrong, expect: aborted, assume: { page: no data } }\n`;
    const { code, out } = await tested(scenario, '--engine', 'simulation');
    const message = "metric 'page' is stated to find no data, but what web answers without data is not known";
    expect([code, out]).toEqual([1, expect.stringContaining(message)]);
  });

  describeReal('with a real Prometheus', () => {
    test('they end alike', async () => {
      const { code, out } = await tested(EVERY, '--engine', 'prometheus');
      expect([code, out]).toEqual([0, expect.stringContaining('19 of 19 outcomes')]);
    });
  });
});

test('a scenario that states how a metric ends must name one', async () => {
  const cwd = folderWith({
    'app.yaml': rendered('blue-green.k8s.yaml'),
    'invoices.scenarios.yaml': `manifests: app.yaml\nscenarios:\n${HEALTHY}  - { name: smoke, assume: { invoices-smok: failure }, expect: aborted }\n`,
  });
  const { code, out, err } = await runCli(['test', '--engine', 'simulation', 'invoices.scenarios.yaml'], { cwd });
  expect(code).toBe(1);
  expect(out + err).toMatch(
    /invoices\.scenarios\.yaml:\d+:\d+  assume: no metric is called 'invoices-smok'; did you mean 'invoices-smoke'\?/,
  );
});

describe('what init writes', () => {
  test('covers every outcome by simulation', async () => {
    const cwd = folderWith({});
    expect((await runCli(['init', '.', '--name', 'shop'], { cwd })).code).toBe(0);
    const { code, out } = await simulated(cwd);
    expect([code, out]).toEqual([0, expect.stringContaining('coverage of shop/shop: 4 of 4 outcomes')]);
  });

  describeReal('and by a real Prometheus', () => {
    test('too', async () => {
      const cwd = folderWith({});
      expect((await runCli(['init', '.', '--name', 'shop'], { cwd })).code).toBe(0);
      const { code, out } = await runCli(['test', '--coverage', '--engine', 'prometheus'], {
        cwd,
        env: { PATH: process.env.PATH! },
      });
      expect([code, out]).toEqual([0, expect.stringContaining('coverage of shop/shop: 4 of 4 outcomes')]);
    });
  });
});

describe('the advice, followed, completes the coverage', () => {
  const spec = (more: object): string =>
    stringify({
      apiVersion: 'cdk8s-canary.dev/v1',
      kind: 'CanaryApp',
      metadata: { name: 'search', namespace: 'shop' },
      spec: {
        image: 'registry.example.com/search:2.0.0',
        port: 8080,
        prometheus: 'http://prometheus.monitoring:9090',
        replicas: 4,
        ...more,
      },
    });
  const testers = { name: 'testers', matches: [{ exact: { header: 'x-canary', value: 'always' } }] };

  const BLUE_GREEN = { blueGreen: { prePromotionAnalysis: {}, postPromotionAnalysis: {} } };
  const APPS: [string, object][] = [
    [
      'testers by a header',
      { steps: [{ canaryScale: { weight: 50 } }, { setHeaderRoute: testers }, { pause: '10m' }, 'analysis'] },
    ],
    ['blue-green, measured before and after the switch', BLUE_GREEN],
    ['blue-green by the Service', { ...BLUE_GREEN, monitoring: { versionLabel: 'service' } }],
  ];

  test.each(APPS)('%s', async (_, more) => completes(more, 'simulation'));

  describeReal('on a real Prometheus', () => {
    test.each(APPS)('%s', async (_, more) => completes(more, 'prometheus'));
  });

  async function completes(more: object, engine: string): Promise<void> {
    const first = '  - { name: first, version: { fails: 5% }, expect: promoted }\n';
    const files = (scenarios: string): Record<string, string> => ({
      'canary.yaml': spec(more),
      'app.scenarios.yaml': `manifests: canary.yaml\nscenarios:\n${scenarios}`,
    });
    const coverage = async (scenarios: string): Promise<Json['coverage']> => {
      const { out } = await runCli(['test', '--coverage', '--engine', engine, '--format', 'json'], {
        cwd: folderWith(files(scenarios)),
        env: { PATH: process.env.PATH! },
      });
      return (JSON.parse(out) as Json[])[0].coverage;
    };
    const checksOf = (found: Json['coverage']) => found.flatMap(({ checks }) => checks);
    const advised = checksOf(await coverage(first)).flatMap(({ advice }) => advice);
    expect(advised.length).toBeGreaterThan(1);
    const scenarios = advised.map((advice, i) => {
      const fields = advice.replace(/^a version that this check must stop, such as /, '').split(', and ');
      return `  - name: advice ${i}\n    expect: promoted\n${fields.map((field) => `    ${field}\n`).join('')}`;
    });
    const followed = await coverage(first + scenarios.join(''));
    expect(checksOf(followed).flatMap(({ missing }) => missing)).toEqual([]);
  }
});
