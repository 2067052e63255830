// Every command that writes, ended by a signal at a random moment: nothing half-written, no scratch folder, no process.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { COMMANDS } from '../../src/cli/commands';
import { Folder, PROGRAM, spec } from './run';

const ROOT = join(__dirname, '../..');
const QUICKSTART = readFileSync(join(ROOT, 'dist/quickstart.k8s.yaml'), 'utf8');
const ABORTED = readFileSync(join(ROOT, 'test/fixtures/explain/aborted.yaml'), 'utf8');
const FILES = {
  'apps/a.canary.yaml': spec('a'),
  'apps/b.canary.yaml': spec('b'),
  'm/quickstart.yaml': QUICKSTART,
  'aborted.yaml': ABORTED,
  'm/a.scenarios.yaml':
    'manifests: quickstart.yaml\nscenarios: [{ name: one, version: { fails: 50% }, traffic: { rps: 20 }, expect: aborted }]\n',
};

/** An example of each command that writes a file or a folder called `out`. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  lint: ['m', '-f', 'sarif', '-o', 'out'],
  synth: ['apps', '-o', 'out'],
  show: ['apps', '-o', 'out'],
  init: ['out'],
  adopt: ['m/quickstart.yaml', '-o', 'out'],
  'as-deployments': ['m', '-o', 'out'],
  schema: ['-o', 'out'],
  plan: ['apps', '-f', 'html', '-o', 'out'],
  simulate: ['m', '--runs', '20000', '-f', 'json', '-o', 'out'],
  design: ['m', '-o', 'out'],
  rehearse: ['m', '-f', 'json', '-o', 'out'],
  upgrade: ['m', '--from', 'argo-rollouts=1.8', '--to', 'argo-rollouts=1.10', '-o', 'out'],
  explain: ['aborted.yaml', '-f', 'html', '-o', 'out'],
  diff: ['aborted.yaml', '--cluster', 'm', '-f', 'json', '-o', 'out'],
  test: ['m', '--engine', 'simulation', '-f', 'json', '-o', 'out'],
};
/** Commands that write to standard output only, and calibrate, which writes as the others do when a server has answered. */
const NO_FILES = ['krm', 'lsp', 'mcp', 'completion', 'man', 'calibrate'];

test('every command has an example, or writes no files', () => {
  expect([...Object.keys(EXAMPLES), ...NO_FILES].sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
});

const folders: Folder[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));

function prepared(): Folder {
  const folder = new Folder(FILES);
  folders.push(folder);
  mkdirSync(join(folder.path, 'tmp'));
  return folder;
}

const environmentOf = (folder: Folder): NodeJS.ProcessEnv => ({
  ...process.env,
  TMPDIR: join(folder.path, 'tmp'),
});

/** The files that a command has written, by name. */
function written(folder: Folder): Record<string, string> {
  const out = join(folder.path, 'out');
  if (!existsSync(out)) return {};
  const files = spawnSync('find', [out, '-type', 'f', '-not', '-path', '*/.cdk8s-canary/*'], { encoding: 'utf8' });
  return Object.fromEntries(
    files.stdout
      .split('\n')
      .filter((name) => name !== '')
      .map((name) => [name.slice(out.length), readFileSync(name, 'utf8')]),
  );
}

/** Processes that work in the folder, or were given its path. */
function running(folder: Folder): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${join(folder.path, 'tmp')}`);
    } catch {
      return false;
    }
  });
}

async function ended(folder: Folder): Promise<void> {
  for (let i = 0; i < 200 && running(folder).length > 0; i++) await wait(50);
  expect(running(folder)).toEqual([]);
}

/** Times and addresses differ between runs, also in how many digits they have. */
const lasting = (text: string): number => text.replaceAll(/\d[\d.]*/g, '0').length;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** One after the other, as they end a command in the same way. */
const CASES = Object.entries(EXAMPLES).map(([name, args], i) => [name, SIGNALS[i % SIGNALS.length], args] as const);

describe.each(CASES)('%s', (name, handled, args) => {
  let whole: Record<string, string>;
  let took: number;

  beforeAll(() => {
    const folder = prepared();
    const begun = Date.now();
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, name, ...args], {
      cwd: folder.path,
      env: environmentOf(folder),
      encoding: 'utf8',
    });
    took = Date.now() - begun;
    expect([name, stderr, [0, 1].includes(status ?? -1)]).toEqual([name, stderr, true]);
    whole = written(folder);
    expect(Object.keys(whole)).not.toEqual([]);
  });

  test.each<NodeJS.Signals>([handled, 'SIGKILL'])('leaves nothing half-done after %s', async (signal) => {
    const folder = prepared();
    const child = spawn(process.execPath, [PROGRAM, name, ...args], {
      cwd: folder.path,
      env: environmentOf(folder),
      stdio: 'ignore',
    });
    const exited = new Promise<[number | null, NodeJS.Signals | null]>((done) =>
      child.once('exit', (...how) => done(how)),
    );
    await wait(Math.random() * took);
    child.kill(signal);
    const [code, by] = await exited;
    expect([signal, null]).toContain(by);
    if (by === null) expect([0, 1, 2]).toContain(code);
    await ended(folder);
    const found = written(folder);
    // Nobody can clean up after a SIGKILL; a file under its own name is whole all the same.
    const names = Object.keys(found).filter((file) => signal !== 'SIGKILL' || !file.endsWith('.tmp'));
    for (const file of names) {
      expect(Object.keys(whole)).toContain(file);
      expect([file, lasting(found[file])]).toEqual([file, lasting(whole[file])]);
    }
    if (signal !== 'SIGKILL') expect(readdirSync(join(folder.path, 'tmp'))).toEqual([]);
  });
});
