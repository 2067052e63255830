import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { folderWith, runCli } from './run-cli';

const rollout = (weight: number, replicas = 2): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: shop
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: 'registry.example.com/shop:1' }] }
  strategy:
    canary:
      steps:
        - setWeight: ${weight}
        - pause: {}
`;
const PATCH = 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: shop }\nspec: { replicas: -1 }\n';

/** A folder with a program that prints what it was asked, and a fixed rendering. */
function programs(name: string, rendering: string, more = ''): string {
  const script = `#!${process.execPath}
const { writeFileSync } = require('node:fs');
writeFileSync(__dirname + '/asked.json', JSON.stringify({ args: process.argv.slice(2), env: process.env }));
${more}
process.stdout.write(${JSON.stringify(rendering)});
`;
  const folder = folderWith({ [name]: script });
  chmodSync(join(folder, name), 0o755);
  return folder;
}
const asked = (folder: string): { args: string[]; env: Record<string, string> } | undefined =>
  existsSync(join(folder, 'asked.json'))
    ? (JSON.parse(readFileSync(join(folder, 'asked.json'), 'utf8')) as { args: string[]; env: Record<string, string> })
    : undefined;

const kustomized = (prod = 'resources: [../base]\nnameSuffix: -prod\npatches: [{ path: patch.yaml }]\n'): string =>
  folderWith({
    'base/kustomization.yaml': 'resources: [rollout.yaml]\n',
    'base/rollout.yaml': rollout(150),
    'prod/kustomization.yaml': prod,
    'prod/patch.yaml': PATCH,
  });
const RENDERED = rollout(150, -1).replace('name: shop\nspec', 'name: shop-prod\nspec');

describe('kustomize', () => {
  test('several kustomizations are reported in their order, whichever is rendered first', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const cwd = folderWith(
      Object.fromEntries(
        names.flatMap((name) => [
          [`${name}/kustomization.yaml`, 'resources: [rollout.yaml]\n'],
          [`${name}/rollout.yaml`, rollout(20).replaceAll('shop', name)],
        ]),
      ),
    );
    const script = `#!${process.execPath}
const { basename } = require('node:path');
const name = basename(process.argv[3]);
setTimeout(() => {
  console.error('Error: no ' + name);
  process.exitCode = 1;
}, name === 'a' ? 300 : 0);
`;
    const bin = folderWith({ kustomize: script });
    chmodSync(join(bin, 'kustomize'), 0o755);
    const { err } = await runCli(['lint', '.'], { cwd, env: { PATH: bin } });
    expect([...err.matchAll(/not rendered: no (\w)/g)].map(([, name]) => name)).toEqual(names);
  });
  test('renders the outermost kustomization, and findings stand where their fields were written', async () => {
    const cwd = kustomized();
    const bin = programs('kustomize', RENDERED);
    const { code, out, err } = await runCli(['lint', '.', '--format', 'json'], { cwd, env: { PATH: bin } });
    expect(err).toBe('');
    const { findings } = JSON.parse(out) as { findings: { code: string; file: string; line: number }[] };
    expect(findings.map((one) => [one.code, one.file, one.line])).toEqual(
      expect.arrayContaining([
        ['ROL016', 'base/rollout.yaml', 14],
        ['ROL005', 'prod/patch.yaml', 4],
      ]),
    );
    expect(code).toBe(1);
    expect(asked(bin)!.args).toEqual(['build', join(cwd, 'prod')]);
  });

  test('a report quotes the line of the source file', async () => {
    const { out } = await runCli(['lint', '.'], { cwd: kustomized(), env: { PATH: programs('kustomize', RENDERED) } });
    expect(out).toContain('14 |         - setWeight: 150');
  });

  test('gives the program no PATH, a home of its own and no way to the network', async () => {
    const bin = programs('kustomize', RENDERED);
    await runCli(['lint', '.'], { cwd: kustomized(), env: { PATH: bin, HOME: '/home/somebody', TOKEN: 'secret' } });
    const { env } = asked(bin)!;
    expect(env.PATH).toBe('');
    expect(env.HTTPS_PROXY).toBe('http://127.0.0.1:9');
    expect(env.HOME).not.toBe('/home/somebody');
    expect(env).not.toHaveProperty('TOKEN');
  });

  test('kubectl does where kustomize is not installed', async () => {
    const [cwd, bin] = [kustomized(), programs('kubectl', RENDERED)];
    expect((await runCli(['lint', '.'], { cwd, env: { PATH: bin } })).out).toContain('ROL005');
    expect(asked(bin)!.args).toEqual(['kustomize', join(cwd, 'prod')]);
  });

  test('a PATH that is relative runs nothing', async () => {
    const cwd = kustomized();
    const { err } = await runCli(['lint', '.'], { cwd, env: { PATH: '.:bin' } });
    expect(err).toContain('skipped: render with `kustomize build prod`');
  });

  test('a file that is named on its own is read alone', async () => {
    const bin = programs('kustomize', RENDERED);
    const { out } = await runCli(['lint', 'base/rollout.yaml'], { cwd: kustomized(), env: { PATH: bin } });
    expect(asked(bin)).toBeUndefined();
    expect(out).toContain('base/rollout.yaml:14');
  });

  test('--no-render reads files as they are', async () => {
    const bin = programs('kustomize', RENDERED);
    const { out } = await runCli(['lint', '.', '--no-render'], { cwd: kustomized(), env: { PATH: bin } });
    expect(asked(bin)).toBeUndefined();
    expect(out).toContain('base/rollout.yaml:14');
    expect(out).not.toContain('ROL005');
  });

  test.each([
    [
      'an address',
      'resources: [../base, "https://example.com/x.yaml"]\n',
      'takes https://example.com/x.yaml from elsewhere',
    ],
    [
      'a repository',
      'resources: [../base, "github.com/example/app//deploy?ref=v1"]\n',
      'takes github.com/example/app//deploy?ref=v1 from elsewhere',
    ],
    ['a name that is not there', 'resources: [../base, gone]\n', 'names prod/gone, which does not exist'],
    ['an absolute path', 'resources: [../base, /etc]\n', 'takes /etc from elsewhere'],
    ['a generator', 'resources: [../base]\ngenerators: [patch.yaml]\n', 'has generators, which may run a program'],
    ['a chart', 'resources: [../base]\nhelmCharts: [{ name: x }]\n', 'has helmCharts, which may run a program'],
  ])('refuses %s, says so, and lints the files as they are', async (_name, text, reason) => {
    const bin = programs('kustomize', RENDERED);
    const { out, err } = await runCli(['lint', '.'], { cwd: kustomized(text), env: { PATH: bin } });
    expect(asked(bin)).toBeUndefined();
    expect(err).toContain('prod: skipped, not rendered:');
    expect(err).toContain(reason);
    expect(out).toContain('base/rollout.yaml:14');
  });

  test('refuses a base outside of the repository', async () => {
    const cwd = kustomized();
    const inner = folderWith({ '.git/HEAD': '', 'kustomization.yaml': 'resources: []\n' });
    const bin = programs('kustomize', RENDERED);
    writeFileSync(join(inner, 'kustomization.yaml'), `resources: [${relative(inner, join(cwd, 'base'))}]\n`);
    const { err } = await runCli(['lint', '.'], { cwd: inner, env: { PATH: bin } });
    expect(err).toContain('which is outside of this repository');
    expect(asked(bin)).toBeUndefined();
  });

  test('refuses what a base of a base would fetch', async () => {
    const cwd = folderWith({
      'base/kustomization.yaml': 'bases: [../deep]\n',
      'deep/kustomization.yaml': 'resources: ["git@example.com:a/b.git"]\n',
      'prod/kustomization.yaml': 'resources: [../base]\n',
    });
    const bin = programs('kustomize', RENDERED);
    expect((await runCli(['lint', 'prod'], { cwd, env: { PATH: bin } })).err).toContain(
      'takes git@example.com:a/b.git from elsewhere',
    );
    expect(asked(bin)).toBeUndefined();
  });

  test('a rendering that fails is reported with what the program says', async () => {
    const bin = programs('kustomize', '', `console.error('Error: no such key'); process.exit(1);`);
    const { err, out } = await runCli(['lint', '.'], { cwd: kustomized(), env: { PATH: bin } });
    expect(err).toContain('prod: skipped, not rendered: no such key; its files are read as they are');
    expect(out).toContain('base/rollout.yaml:14');
  });

  test('of a line of a log, only the error is reported', async () => {
    const line = String.raw`E1129 22:59:45.794766   10358 run.go:72] "command failed" err="no such key \"name\""`;
    const bin = programs('kustomize', '', `console.error(${JSON.stringify(line)}); process.exit(1);`);
    const { err } = await runCli(['lint', '.'], { cwd: kustomized(), env: { PATH: bin } });
    expect(err).toContain('prod: skipped, not rendered: no such key "name"; its files are read as they are');
  });

  test('--fix changes nothing by a finding about a rendered object', async () => {
    const cwd = folderWith({
      'kustomization.yaml': 'resources: [rollout.yaml]\n',
      'rollout.yaml': rollout(50).replace('replicas:', 'replicaz:'),
    });
    const before = readFileSync(join(cwd, 'rollout.yaml'), 'utf8');
    const bin = programs('kustomize', before);
    await runCli(['lint', '.', '--fix'], { cwd, env: { PATH: bin } });
    expect(readFileSync(join(cwd, 'rollout.yaml'), 'utf8')).toBe(before);
  });
});

describe('helm', () => {
  const chart = (): string =>
    folderWith({
      'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
      'shop/templates/rollout.yaml': 'metadata: { name: {{ .Release.Name }} }\n',
      'prod.yaml': 'replicas: 3\n',
    });

  test('--helm renders a chart with values', async () => {
    const [cwd, bin] = [chart(), programs('helm', rollout(150))];
    const args = ['lint', 'shop', '--helm', '--helm-values', 'prod.yaml'];
    const { code, out, err } = await runCli(args, { cwd, env: { PATH: bin } });
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('shop/<helm>:14');
    expect(asked(bin)!.args).toEqual([
      'template',
      'release-name',
      join(cwd, 'shop'),
      '--values',
      join(cwd, 'prod.yaml'),
    ]);
  });

  test('a chart is not rendered unasked', async () => {
    const bin = programs('helm', rollout(150));
    const { code, err } = await runCli(['lint', 'shop'], { cwd: chart(), env: { PATH: bin } });
    expect([code, asked(bin)]).toEqual([2, undefined]);
    expect(err).toContain('1 template of chart shop was skipped');
  });

  test('without helm, --helm says what is missing, and nothing was checked', async () => {
    const { code, err } = await runCli(['lint', 'shop', '--helm'], { cwd: chart(), env: { PATH: '/nonexistent' } });
    expect(code).toBe(2);
    expect(err).toContain('helm is not on the PATH');
  });

  test('values without --helm are a contradiction', async () => {
    expect((await runCli(['lint', 'shop', '--helm-values', 'a.yaml'], { cwd: chart() })).code).toBe(2);
  });
});
