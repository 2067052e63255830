import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEWEST, type Versions } from '../../src/versions';
import { istio, rollout } from '../upgrade/manifests';
import { spec } from './run';
import { folderWith, runCli } from './run-cli';

/** A share of fast requests by a bucket whose label Prometheus 3 stores as `1.0`. */
const MANIFESTS = readFileSync(join(__dirname, '../fixtures/fast-share.yaml'), 'utf8');

const WEB = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: gate, namespace: shop }
spec: { metrics: [{ name: gate, successCondition: 'len(result) == 0 || max(result) < 5', provider: { prometheus: { address: 'http://p:9090', query: 'sum(x)' } } }] }
`;

interface Report {
  readonly versions: Versions;
}

const SCENARIOS = `manifests: app.yaml
scenarios:
  - { name: good, version: healthy, expect: promoted }
`;

describe('releases are stated by options, or once for a folder', () => {
  const cwd = folderWith({ 'app.yaml': MANIFESTS });

  test.each([
    ['2.55', 'promoted    100 %'],
    ['3.16', 'paused      100 %'],
  ])('simulate with Prometheus %s finds the bucket le="1" or not', async (release, line) => {
    const { code, out } = await runCli(['simulate', '--runs', '200', '--prometheus-version', release, 'app.yaml'], {
      cwd,
    });
    expect([code, out]).toEqual([0, expect.stringContaining(line)]);
  });

  test('plan, simulate and lint read them from the configuration, and print them', async () => {
    const stating = folderWith({
      'app.yaml': MANIFESTS,
      '.cdk8s-canary.yaml': "versions: { prometheus: '2.55', argoRollouts: '1.9' }",
    });
    const head = 'for Argo Rollouts 1.9, Prometheus 2.55\n\n';
    expect((await runCli(['plan', 'app.yaml'], { cwd: stating })).out).toMatch(new RegExp(`^${head}shop/checkout`));
    expect((await runCli(['plan', '-f', 'markdown', 'app.yaml'], { cwd: stating })).out).toMatch(
      new RegExp(`^${head}#`),
    );
    const { out } = await runCli(['simulate', '--runs', '200', 'app.yaml'], { cwd: stating });
    expect(out).toMatch(new RegExp(`^${head}shop/checkout`));
    expect(out).toContain('promoted    100 %');
    const lint = await runCli(['lint', '--select', 'PRM027', 'app.yaml'], { cwd: stating });
    expect([lint.code, lint.out]).toEqual([0, expect.stringContaining('for Argo Rollouts 1.9, Prometheus 2.55')]);
  });

  test('an option takes precedence over the configuration', async () => {
    const stating = folderWith({ 'app.yaml': MANIFESTS, '.cdk8s-canary.yaml': "versions: { prometheus: '2.55' }" });
    const { out } = await runCli(['simulate', '--runs', '200', '--prometheus-version', '3.16', 'app.yaml'], {
      cwd: stating,
    });
    expect(out).toContain('paused      100 %');
  });

  test('where nothing is stated, the newest are printed', async () => {
    const head = `for Argo Rollouts ${NEWEST.argoRollouts.join()}, Prometheus ${NEWEST.prometheus.join()}\n\n`;
    for (const command of [['plan'], ['simulate', '--runs', '50']]) {
      expect((await runCli([...command, 'app.yaml'], { cwd })).out).toMatch(new RegExp(`^${head}shop/checkout`));
    }
    expect((await runCli(['lint', '--select', 'PRM027', 'app.yaml'], { cwd })).out).toContain(head.trim());
  });

  test.each([
    ['lint', ['--select', 'PRM027', 'app.yaml'], (value: Report) => [value]],
    ['plan', ['app.yaml'], (value: Report[]) => value],
    ['simulate', ['--runs', '50', 'app.yaml'], (value: Report[]) => value],
    ['test', ['--engine', 'simulation', 'a.scenarios.yaml'], (value: Report[]) => value],
  ] as [string, string[], (value: unknown) => Report[]][])(
    '%s %j says in JSON which releases it is made for',
    async (command, args, reports) => {
      const scenarios = folderWith({
        'app.yaml': MANIFESTS,
        'a.scenarios.yaml': SCENARIOS,
      });
      const { out } = await runCli([command, ...args, '-f', 'json', '--argo-rollouts', '1.9'], { cwd: scenarios });
      const found = reports(JSON.parse(out));
      expect(found.length).toBeGreaterThan(0);
      for (const { versions } of found) {
        expect(versions).toMatchObject({ argoRollouts: ['1.9'], prometheus: NEWEST.prometheus });
      }
    },
  );

  test('of a range every release is planned, and the plan says which differs and how', async () => {
    const folder = folderWith({
      'app.yaml': rollout(istio('v', 'dynamicStableScale: true, minPodsPerReplicaSet: 3,')),
    });
    const { out } = await runCli(['plan', '--argo-rollouts', '1.8 - 1.10', 'app.yaml'], { cwd: folder });
    expect(out).toMatch(/^for Argo Rollouts 1\.8, 1\.9 and 1\.10, Prometheus \S+; planned for 1\.10\n/);
    expect(out).toMatch(
      /With Argo Rollouts 1\.8, Rollout shop\/checkout, an abort while .*: all traffic is back.*; with 1\.10: .*for ever/,
    );
    const json = await runCli(['plan', '-f', 'json', '--argo-rollouts', '1.8 - 1.10', 'app.yaml'], { cwd: folder });
    const [plan] = JSON.parse(json.out) as { differences: { releases: string[] }[] }[];
    expect(new Set(plan.differences.map(({ releases }) => releases.join()))).toContain('1.8');
  });

  test('of a range on which all releases plan the same, the plan says so', async () => {
    const { out } = await runCli(['plan', '--argo-rollouts', '1.9 - 1.10', 'app.yaml'], { cwd });
    expect(out).toMatch(/^for Argo Rollouts 1\.9 and 1\.10, Prometheus \S+; all plan the same\n/);
    expect(out).not.toContain('With Argo Rollouts');
  });

  test.each([['plan'], ['simulate'], ['rehearse'], ['test'], ['lint'], ['synth', '--lint', '-o', 'out']])(
    '%s refuses a release that it knows nothing of',
    async (...command) => {
      const { code, err } = await runCli([...command, '--argo-rollouts', '9.9'], {
        cwd: folderWith({ 'app.yaml': MANIFESTS, 'a.scenarios.yaml': '' }),
      });
      expect([command[0], code, err]).toEqual([
        command[0],
        2,
        expect.stringContaining('nothing is known of release 9.9'),
      ]);
    },
  );

  test.each([
    ['1.8', 1],
    ['1.8 - 1.10', 1],
    ['1.9', 0],
  ])('synth --argo-rollouts %s writes only what that release accepts', async (release, code) => {
    const folder = folderWith({
      'checkout.canary.yaml': spec(
        'checkout',
        `  patches:
    - target: { kind: Rollout }
      merge: { spec: { strategy: { canary: { replicaProgressThreshold: { type: Percent, value: 90 } } } } }
`,
      ),
    });
    const result = await runCli(['synth', '.', '-o', 'out', '--argo-rollouts', release], { cwd: folder });
    expect([result.code, existsSync(join(folder, 'out'))]).toEqual([code, code === 0]);
    if (code === 1) expect(result.err).toMatch(/SCH011 .*replicaProgressThreshold.*\n1 problem on the stated releases/);
  });

  const NEWER = `  patches:
    - target: { kind: Rollout }
      merge: { spec: { strategy: { canary: { replicaProgressThreshold: { type: Percent, value: 90 } } } } }
`;
  const accepts = `${NEWER}  acceptedFindings: [{ rule: SCH011, reason: It matters from 1.9 on. }]\n`;

  test('synth --argo-rollouts writes apps that accept what the release drops', async () => {
    const folder = folderWith({ 'checkout.canary.yaml': spec('checkout', accepts) });
    const synth = () => runCli(['synth', '.', '-o', 'out', '--argo-rollouts', '1.8'], { cwd: folder });
    expect(await synth()).toMatchObject({ code: 0, err: '' });
    // It is accepted by this app alone.
    writeFileSync(join(folder, 'other.canary.yaml'), spec('other', NEWER));
    const { code, err } = await synth();
    expect([code, err]).toEqual([1, expect.stringMatching(/^shop\/other\.yaml: SCH011 .*\n1 problem on the stated/)]);
  });

  test('synth --argo-rollouts reports what a release refuses together with what every release refuses', async () => {
    const folder = folderWith({
      'a.canary.yaml': spec('a', NEWER),
      'b.canary.yaml': spec('b', '  replicaz: 3\n'),
    });
    const { code, err } = await runCli(['synth', '.', '-o', 'out', '--argo-rollouts', '1.8'], { cwd: folder });
    expect([code, existsSync(join(folder, 'out'))]).toEqual([1, false]);
    expect(err).toMatch(/spec\.replicaz: there is no .*[^]*SCH011 .*\n1 problem, and 1 problem on the stated releases/);
  });

  test('a configuration that states a wrong release is named', async () => {
    const { code, err } = await runCli(['plan', 'app.yaml'], {
      cwd: folderWith({ 'app.yaml': MANIFESTS, '.cdk8s-canary.yaml': "versions: { argoRollouts: '0.1' }" }),
    });
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('.cdk8s-canary.yaml: versions.argoRollouts: nothing is known'),
    ]);
  });
});

describe('releases that canary.defaults.yaml states', () => {
  const synth = (versions: string) =>
    runCli(['synth', '.', '-o', 'out'], {
      cwd: folderWith({
        'canary.defaults.yaml': `apiVersion: cdk8s-canary.dev/v1
kind: CanaryDefaults
spec: { versions: { argoRollouts: ${versions} } }
`,
        'checkout.canary.yaml': spec(
          'checkout',
          `  patches:
    - target: { kind: Rollout }
      merge: { spec: { strategy: { canary: { replicaProgressThreshold: { type: Percent, value: 90 } } } } }
`,
        ),
      }),
    });

  test('make what one of them drops an error, which names the release', async () => {
    const { code, err } = await synth("'1.8 - 1.10'");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/SCH011 Argo Rollouts 1\.8 drops .*replicaProgressThreshold/),
    ]);
    expect((await synth("'1.9 - 1.10'")).code).toBe(0);
  });

  test('are texts: 1.10 without quotes is another number, and the message says what to write', async () => {
    const { code, err } = await synth('1.10');
    expect([code, err]).toEqual([1, expect.stringContaining("is the number 1.1; quote it: '1.10'")]);
  });
});

describe('upgrade', () => {
  const cwd = folderWith({ 'app.yaml': MANIFESTS, 'web.yaml': WEB, 'empty.yaml': '' });
  const upgrade = (from: string, to: string, ...more: string[]) =>
    runCli(['upgrade', '--from', from, '--to', to, ...more], { cwd });

  test('exits with 1 where something gets worse, and says where and what', async () => {
    const { code, out } = await upgrade('prometheus=2.55', 'prometheus=3.16', 'app.yaml');
    expect(code).toBe(1);
    expect(out).toMatch(/^Prometheus 2\.55 → 3\.16\n/);
    expect(out).toMatch(
      /worse +PRM027 AnalysisTemplate shop\/slow: now a finding of severity error: PRM027\n {2}app\.yaml:\d+:\d+\n/,
    );
    expect(out).toContain('+ le="1" in the query of metric \'share-below-a-second\' matches nothing');
  });

  test('exits with 0 where nothing gets worse', async () => {
    const { code, out } = await upgrade('argo-rollouts=1.9', 'argo-rollouts=1.10', 'web.yaml');
    expect([code, out]).toEqual([0, expect.stringContaining('0 worse, 0 different, 2 better')]);
    const nothing = await upgrade('argo-rollouts=1.9', 'argo-rollouts=1.9.1', 'web.yaml');
    expect([nothing.code, nothing.out]).toEqual([0, expect.stringContaining('nothing changes for these manifests')]);
  });

  test('upgrades several systems, in one option or several', async () => {
    const both = ['prometheus=2.55,argo-rollouts=1.9', 'argo-rollouts=1.10,prometheus=3.16'] as const;
    const { out } = await upgrade(...both);
    expect(out).toMatch(/^Argo Rollouts 1\.9 → 1\.10, Prometheus 2\.55 → 3\.16\n/);
    expect(out).toContain('PRM027');
    expect(out).toContain("expression-engine AnalysisTemplate shop/gate: metric 'gate' gets another verdict");
  });

  test('writes Markdown, HTML and JSON', async () => {
    const [from, to] = ['prometheus=2.55', 'prometheus=3.16'];
    const markdown = await upgrade(from, to, '-f', 'markdown', 'app.yaml');
    expect(markdown.out).toContain('### Gets worse\n\n| where | | what | before | after |');
    const html = await upgrade(from, to, '-f', 'html', 'app.yaml');
    expect(html.out).toContain('<h2>Gets worse</h2>');
    const json = await upgrade(from, to, '-f', 'json', 'app.yaml');
    const { systems, changes, notes } = JSON.parse(json.out) as Record<string, object[]>;
    expect([systems, notes]).toEqual([[{ name: 'prometheus', from: '2.55', to: '3.16' }], []]);
    expect(changes[0]).toMatchObject({
      effect: 'worse',
      kind: 'finding',
      id: 'PRM027',
      resource: 'AnalysisTemplate shop/slow',
    });
  });

  test.each([
    [[], 'give both --from and --to'],
    [['--from', 'argo-rollouts=1.9'], 'give both --from and --to'],
    [['--from', 'argo=1.9', '--to', 'argo=1.10'], "there is no system 'argo'"],
    [['--from', 'foo=1', '--to', 'foo=2'], "there is no system 'foo'; use one of argo-rollouts, "],
    [['--from', '1.9', '--to', '1.10'], 'write a system and its release, such as argo-rollouts=1.9'],
    [['--from', 'argo-rollouts=1.9', '--to', 'argo-rollouts=1.10,prometheus=3.16'], '--from does not'],
    [['--from', 'argo-rollouts=1.9,prometheus=2.55', '--to', 'argo-rollouts=1.10'], '--to does not'],
    [['--from', 'argo-rollouts=1.9', '--to', 'argo-rollouts=1.9'], 'the same release of argo-rollouts'],
    [['--from', 'argo-rollouts=1.8 - 1.9', '--to', 'argo-rollouts=1.10'], 'give one release'],
    [['--from', 'argo-rollouts=0.9', '--to', 'argo-rollouts=1.10'], 'nothing is known of release 0.9'],
    [['--from', 'argo-rollouts=1.9,argo-rollouts=1.8', '--to', 'argo-rollouts=1.10'], 'names argo-rollouts twice'],
    [['--from', 'argo-rollouts=1.9', '--to', 'argo-rollouts=1.10', 'empty.yaml'], 'no manifests in empty.yaml'],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await runCli(['upgrade', ...args], { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test('lists the systems once where one has another name', async () => {
    const { err } = await runCli(['upgrade', '--from', 'foo=1', '--to', 'foo=2'], { cwd });
    expect(err.match(/argo-rollouts/g)).toHaveLength(1);
  });

  test('escapes what comes from manifests in Markdown and HTML', async () => {
    const hostile = folderWith({
      'a.yaml': WEB.replace('name: gate, successCondition', 'name: "<b>|[x](y)", successCondition'),
    });
    const run = (format: string) =>
      runCli(['upgrade', '--from', 'argo-rollouts=1.9', '--to', 'argo-rollouts=1.10', '-f', format], { cwd: hostile });
    expect((await run('html')).out).not.toContain('<b>|');
    expect((await run('markdown')).out).not.toMatch(/<b>|\[x\]\(y\)/);
  });
});
