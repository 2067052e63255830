import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PROGRAM } from '../cli/run';
import { folderWith, runCli } from '../cli/run-cli';
import { BINARY, changed, describeReal, rendered } from './real';

const QUICKSTART = rendered('quickstart.k8s.yaml');
const scenarios = (lines: string): string =>
  `manifests: app.yaml\ntraffic: { rps: 20, baselineErrorRate: 0 }\nperson: 1m\nscenarios:\n${lines}`;
const GOOD = scenarios('  - { name: good, version: healthy, expect: promoted, within: 10m }\n');
const WRONG = scenarios('  - { name: wrong, version: fails, expect: promoted }\n');
const beside = (text: string, app = QUICKSTART): string =>
  folderWith({ 'app.yaml': app, 'canary.scenarios.yaml': text });

describe('without a Prometheus', () => {
  test('a rehearsal cannot be held, and says where to get one', async () => {
    const { code, out, err } = await runCli(['rehearse', 'app.yaml'], { cwd: beside(GOOD) });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/there is no Prometheus on the PATH; .*apt-get install prometheus/);
  });

  test('scenarios are simulated, and the program says so', async () => {
    const { code, out } = await runCli(['test'], { cwd: beside(GOOD) });
    expect([code, out]).toEqual([0, expect.stringContaining('no Prometheus: measured by the built-in simulation')]);
    expect(out).toMatch(/✓ good {2}canary\.scenarios\.yaml:5, simulation of 1,000 updates/);
  });

  test('a scenario that goes otherwise than expected is shown with how it went', async () => {
    const { code, out } = await runCli(['test'], { cwd: beside(WRONG) });
    expect(code).toBe(1);
    expect(out).toContain('only 0 % of the simulated updates go as expected, 95.0 % must');
    expect(out).toContain('expected promoted, was aborted after 6 min 30 s');
  });

  test('what only a Prometheus can tell is skipped, aloud', async () => {
    const text = scenarios('  - { name: again, version: fails, expect: aborted, retry: { expect: promoted } }\n');
    const { code, out } = await runCli(['test'], { cwd: beside(text) });
    expect(code).toBe(0);
    expect(out).toMatch(
      /– again .*\n {4}the simulation knows nothing of a retry: this scenario needs a real Prometheus/,
    );
    expect(out).toMatch(/1 skipped\n$/);
  });
});

describe('scenarios that cannot be run', () => {
  test.each([
    ['no files', ['test'], {}, /no scenarios in \.; keep them in files named \*\.scenarios\.yaml/],
    ['a folder that is not there', ['test', 'deploy'], {}, /cannot read deploy: there is no such file or folder\n$/],
    ['manifests that are not there', ['test'], { 'a.scenarios.yaml': GOOD }, /a\.scenarios\.yaml:1:12 {2}app\.yaml: /],
  ])('end the program with 2: %s', async (_what, args, files, message) => {
    const { code, err } = await runCli(args, { cwd: folderWith(files) });
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test.each([
    [
      'a missing template',
      changed(QUICKSTART, 'templateName: checkout-failures', 'templateName: checkout-failure'),
      /app\.yaml:\d+:\d+ {2}the analysis of step 3 uses AnalysisTemplate 'checkout-failure', which nothing here defines/,
    ],
    [
      'an analysis that never ends',
      changed(QUICKSTART, 'initialDelay: 5m', 'interval: 1m'),
      /metric 'failures' of the analysis of step 3 has an interval and no count, so that it runs for ever/,
    ],
    ['no Rollout', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n', /no Rollout is in app\.yaml/],
  ])('are said to be broken: %s', async (_what, app, message) => {
    const { code, out } = await runCli(['test', '--engine', 'simulation'], { cwd: beside(GOOD, app) });
    expect([code, out]).toEqual([1, expect.stringMatching(message)]);
    expect(out).toMatch(/1 broken\n$/);
  });

  test('JUnit has a case for each scenario', async () => {
    const cwd = beside(`${GOOD}  - { name: "wrong <&>", version: fails, expect: promoted }\n`);
    const { code, out } = await runCli(['test', '--engine', 'simulation', '--format', 'junit'], { cwd });
    expect(code).toBe(1);
    expect(out).toContain('<testsuite name="canary.scenarios.yaml" tests="2" failures="1" errors="0" skipped="0">');
    expect(out).toMatch(/name="wrong &lt;&amp;&gt;" time="[\d.]+"><failure message="only 0 %/);
  });

  test('the schema can be printed', async () => {
    const { code, out } = await runCli(['schema', 'scenarios']);
    expect([code, JSON.parse(out).required]).toEqual([0, ['manifests', 'scenarios']]);
  });
});

describeReal('the commands, with a real Prometheus', () => {
  const real = (args: string[], cwd: string) => runCli([...args, '--prometheus', BINARY!], { cwd });

  test('a rehearsal shows every query, its value, its verdict and the traffic behind it', async () => {
    const { code, out } = await real(['rehearse', 'app.yaml', '--rps', '20', '--error-rate', '0.02'], beside(GOOD));
    expect(code).toBe(0);
    expect(out).toMatch(/ 5:30 {3}50 % {2}3 {2}analysis checkout-failures\n/);
    expect(out).toMatch(/10:30 .* failures \(step 3\): [\d.]+ → Failed\n/);
    expect(out).toContain('rollouts_pod_template_hash="7d5c9f6b84",code=~"5.."}[5m]))');
    expect(out).toMatch(/in these 5 min the canary had [\d,]+ requests, \d+ failed; the stable version/);
    expect(out).toMatch(/10:30 +aborted after 10 min 30 s, \d+ failed requests/);
  });

  test('as a page it needs nothing but itself', async () => {
    const cwd = beside(GOOD);
    expect((await real(['rehearse', 'app.yaml', '--format', 'html', '-o', 'page.html'], cwd)).code).toBe(0);
    const page = readFileSync(join(cwd, 'page.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)(?!prometheus\.monitoring)/);
    expect(page).toContain('<h2>The plan of shop/checkout</h2>');
  });

  test('as JSON it can be read again', async () => {
    const { out } = await real(['rehearse', 'app.yaml', '--error-rate', '0', '--format', 'json'], beside(GOOD));
    expect(JSON.parse(out)).toMatchObject([{ namespace: 'shop', updates: [{ outcome: 'promoted' }] }]);
  });

  test('scenarios are measured by it, and the program says so', async () => {
    const { code, out } = await real(['test', '--details'], beside(GOOD));
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^for Argo Rollouts .*\nmeasured by a real Prometheus\n✓ good .*Prometheus \d/),
    ]);
    expect(out).toContain('failures (step 3): 0 → Successful');
    const wrong = await real(['test'], beside(WRONG));
    expect([wrong.code, wrong.out]).toEqual([1, expect.stringContaining('expected promoted, was aborted')]);
  });

  test('a query that Prometheus refuses is named, and nothing is rehearsed', async () => {
    const app = changed(QUICKSTART, '>= 1)', '>= 1');
    const { code, err } = await real(['rehearse', 'app.yaml'], beside(GOOD, app));
    expect(code).toBe(1);
    expect(err).toMatch(
      /^shop\/checkout: Prometheus \d+\.\d+\S* refuses the query of metric 'failures': .*parse error/m,
    );
  });

  test('an analysis that goes on for ever is given up', async () => {
    const app = changed(
      changed(QUICKSTART, 'initialDelay: 5m', 'initialDelay: 5m\n      interval: 30s\n      count: 10000'),
      /        - pause: \{\}\n/,
      '',
    );
    const { code, err } = await real(
      ['rehearse', 'app.yaml', '--error-rate', '0', '--at-most', '20m'],
      beside(GOOD, app),
    );
    expect(code).toBe(1);
    expect(err).toContain("'checkout' has not ended after 20 min: the analysis of step 2 still measures 'failures'");
  });
});

/** Processes that have a word in their command line; undefined where the system does not tell. */
function processesWith(word: string): string[] | undefined {
  if (!existsSync('/proc/self/cmdline')) return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(word);
      } catch {
        return false;
      }
    });
}

describeReal('a rehearsal that is interrupted', () => {
  const app = changed(
    changed(QUICKSTART, 'initialDelay: 5m', 'initialDelay: 5m\n      interval: 10s\n      count: 4000'),
    /        - pause: \{\}\n/,
    '',
  );

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'by %s leaves nothing running and nothing behind',
    async (signal) => {
      const cwd = beside(GOOD, app);
      const temp = mkdtempSync(join(tmpdir(), 'cdk8s-canary-interrupted-'));
      const args = [PROGRAM, 'rehearse', 'app.yaml', '--error-rate', '0', '--prometheus', resolve(BINARY!)];
      const child = spawn(process.execPath, args, { cwd, env: { ...process.env, TMPDIR: temp } });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => {
        out += String(chunk);
        // In the middle of it: some measurements are taken, most are not.
        if (/→ Successful[\s\S]*→ Successful/.test(out)) child.kill(signal);
      });
      child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)));
      const [, ended] = await new Promise<[number | null, string | null]>((done) =>
        child.on('close', (code, by) => done([code, by])),
      );
      expect(ended).toBe(signal);
      if (signal !== 'SIGKILL') expect(err).toContain(`interrupted by ${signal}: Prometheus is stopped`);
      await until(() => readdirSync(temp).length === 0 && (processesWith(temp) ?? []).length === 0);
      expect([readdirSync(temp), processesWith(temp) ?? []]).toEqual([[], []]);
      rmSync(temp, { recursive: true });
    },
    30_000,
  );
});

/** Waits for others to have done their work, a few seconds at most. */
async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !done(); i++) await new Promise((again) => setTimeout(again, 50));
}
