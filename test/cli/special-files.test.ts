import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Folder, PROGRAM, spec } from './run';
import { runCli } from './run-cli';

const QUICKSTART = readFileSync(join(__dirname, '../../dist/quickstart.k8s.yaml'), 'utf8');
const SCENARIOS = `manifests: a.yaml
scenarios: [{ name: one, version: fails, expect: aborted, traffic: { profile: profile.yaml } }]
`;
const REPLAYED = `manifests: a.yaml
scenarios: [{ name: one, replay: { file: replay.json }, expect: aborted }]
`;

const folders: Folder[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));

/** What stands in the place of a file. What reads an endless device without a limit ends for want of memory. */
const KINDS = {
  'a named pipe': (path: string) => spawnSync('mkfifo', [path]).status === 0,
  // The file of a socket stays where its program is killed.
  'a socket': (path: string) => {
    const listen = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    return spawnSync(process.execPath, ['-e', listen]).signal === 'SIGKILL';
  },
  'a link to an endless device': (path: string) => spawnSync('ln', ['-s', '/dev/zero', path]).status === 0,
};

/** A folder in which one file is of another kind. A pipe has nobody who writes to it. */
function withSpecial(files: Record<string, string>, name: string, kind: keyof typeof KINDS = 'a named pipe'): Folder {
  const folder = new Folder({ ...files, [name]: '' });
  folders.push(folder);
  rmSync(join(folder.path, name));
  expect(KINDS[kind](join(folder.path, name))).toBe(true);
  return folder;
}

const APP = { 'shop.canary.yaml': spec('shop') };
const MANIFESTS = { 'a.yaml': QUICKSTART };

/** Every file that is read: its name, what is beside it, and a command. */
const READ: readonly (readonly [string, string, Record<string, string>, readonly string[]])[] = [
  ['a manifest', 'b.yaml', MANIFESTS, ['lint', '.']],
  ['a manifest by name', 'b.yaml', MANIFESTS, ['lint', 'b.yaml']],
  ['a configuration', '.cdk8s-canary.yaml', MANIFESTS, ['lint', '.']],
  ['a configuration of another command', '.cdk8s-canary.yaml', MANIFESTS, ['plan', '.']],
  ['a baseline', 'base.json', { ...MANIFESTS, '.cdk8s-canary.yaml': 'baseline: base.json\n' }, ['lint', '.']],
  ['a baseline by name', 'base.json', MANIFESTS, ['lint', '.', '--baseline', 'base.json']],
  ['a profile', 'p.yaml', MANIFESTS, ['simulate', 'a.yaml', '--runs', '1', '--profile', 'p.yaml']],
  ['scenarios', 'a.scenarios.yaml', MANIFESTS, ['test', 'a.scenarios.yaml', '--engine', 'simulation']],
  [
    'the profile of scenarios',
    'profile.yaml',
    { ...MANIFESTS, 'a.scenarios.yaml': SCENARIOS },
    ['test', 'a.scenarios.yaml', '--engine', 'simulation'],
  ],
  ['the manifests of scenarios', 'a.yaml', { 'a.scenarios.yaml': SCENARIOS }, ['test', '.', '--engine', 'simulation']],
  ['a replay', 'r.json', MANIFESTS, ['rehearse', 'a.yaml', '--replay', 'r.json']],
  [
    'the replay of scenarios',
    'replay.json',
    { ...MANIFESTS, 'a.scenarios.yaml': REPLAYED },
    ['test', 'a.scenarios.yaml'],
  ],
  ['a calendar', 'c.ics', MANIFESTS, ['plan', '.', '--start', '2026-12-04T16:00', '--calendar', 'c.ics']],
  ['a canary file', 'b.canary.yaml', APP, ['synth', '.', '-o', 'out']],
  ['defaults', 'canary.defaults.yaml', APP, ['synth', '.', '-o', 'out']],
  ['an overlay', 'shop.canary.staging.yaml', APP, ['synth', '.', '-o', 'out', '--env', 'staging']],
  ['a base', 'base.yaml', { 'b.canary.yaml': `base: ./base.yaml\n${spec('b')}` }, ['synth', '.', '-o', 'out']],
  ['a kustomization', 'kustomization.yaml', MANIFESTS, ['lint', '.']],
  ['a chart', 'Chart.yaml', { 'templates/a.yaml': 'a: 1\n' }, ['lint', '.']],
  ['a list of sums', 'out/.cdk8s-canary.sums', APP, ['synth', '.', '-o', 'out']],
  ['a list of sums of a shard', 'out/.cdk8s-canary.sums.1-of-2', APP, ['synth', '.', '-o', 'out']],
  ['a cache', 'out/.cdk8s-canary/cache', APP, ['synth', '.', '-o', 'out']],
  ['a new cache', 'out/.cdk8s-canary/cache.new', APP, ['synth', '.', '-o', 'out']],
  ['a journal', 'out/.cdk8s-canary/journal', APP, ['synth', '.', '-o', 'out']],
  ['a new journal', 'out/.cdk8s-canary/journal.new', APP, ['synth', '.', '-o', 'out']],
  ['a lock', 'out/.cdk8s-canary/lock', APP, ['synth', '.', '-o', 'out']],
  ['a rendered file', 'out/shop.k8s.yaml', APP, ['synth', '.', '-o', 'out']],
  ['a rendered file that is checked', 'out/shop.k8s.yaml', APP, ['synth', '.', '-o', 'out', '--check']],
];

const SPECIAL = READ.flatMap(([what, ...rest], at) =>
  // Of other kinds than pipes, `npm test` tries some in some places.
  Object.keys(KINDS)
    .filter((kind, nth) => nth === 0 || process.env.TESTS === 'whole' || (at + nth) % 4 === 0)
    .map((kind) => [what, kind as keyof typeof KINDS, ...rest] as const),
);

test.each(SPECIAL)('%s that is %s stops nothing', (_what, kind, name, files, args) => {
  const { path } = withSpecial(files, name, kind);
  const done = spawnSync(process.execPath, [PROGRAM, ...args], { cwd: path, encoding: 'utf8', timeout: 60_000 });
  expect(done.signal).toBeNull();
  expect([0, 1, 2]).toContain(done.status);
  expect(done.stderr).not.toContain('this is a defect');
});

describe('--max-file-size', () => {
  const cwd = (): string => {
    const folder = new Folder({ ...MANIFESTS, 'shop.canary.yaml': spec('shop'), 'p.yaml': 'rps: 20\n' });
    folders.push(folder);
    return folder.path;
  };

  test.each([
    ['a manifest', ['lint', 'a.yaml']],
    ['a canary file', ['synth', 'shop.canary.yaml', '-o', 'out']],
    ['a canary file that is shown', ['show', 'shop.canary.yaml']],
    ['manifests that are planned', ['plan', 'a.yaml']],
    ['standard input', ['lint', '-']],
  ])('refuses %s', async (_what, args) => {
    const given = { cwd: cwd(), stdin: QUICKSTART };
    const { code, out, err } = await runCli([...args, '--max-file-size', '100'], given);
    expect(out + err).toContain('is larger than 100 bytes; split the file, or raise --max-file-size');
    expect(code).not.toBe(0);
    const again = await runCli([...args, '--max-file-size', '1Mi'], given);
    expect(again.out + again.err).not.toContain('is larger than');
  });

  test('holds for one run only, and in workers', async () => {
    const path = cwd();
    const small = ['synth', '.', '-o', 'out', '--jobs', '2', '--max-file-size', '50'];
    const done = spawnSync(process.execPath, [PROGRAM, ...small], { cwd: path, encoding: 'utf8' });
    expect(done.stderr).toContain('is larger than 50 bytes');
    await runCli(['lint', 'a.yaml', '--max-file-size', '50'], { cwd: path });
    expect((await runCli(['lint', 'a.yaml'], { cwd: path })).out).not.toContain('is larger than');
  });

  test.each(['0', '-1', 'x', '1Ti', ''])('%j is no size', async (size) => {
    const { code, err } = await runCli(['lint', '.', '--max-file-size', size], { cwd: cwd() });
    expect([code, err]).toEqual([2, expect.stringContaining('Give a size such as 64Mi')]);
  });
});

test.each([
  ['UTF-16', Buffer.from('\ufeffkind: Service\n', 'utf16le'), 'is UTF-16; save it as UTF-8'],
  ['a NUL byte', Buffer.from('kind: Service\0\n'), 'it has a NUL byte'],
])('%s is refused with a word, in files and in standard input', async (_what, bytes, word) => {
  const folder = new Folder({});
  folders.push(folder);
  writeFileSync(join(folder.path, 'a.yaml'), bytes);
  const file = await runCli(['lint', 'a.yaml'], { cwd: folder.path });
  expect(file.out + file.err).toContain(word);
  const done = spawnSync(process.execPath, [PROGRAM, 'lint', '-'], { input: bytes, encoding: 'utf8' });
  expect(done.stderr).toContain(word);
  expect(done.status).toBe(2);
});
