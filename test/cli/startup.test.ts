import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Folder, PROGRAM, spec } from './run';

let folder: Folder;
afterEach(() => folder.remove());

const LIST = `process.on('exit', () => process.stderr.write('\\nLOADED ' + JSON.stringify(Object.keys(require.cache))));`;

/** The files that a run of the program loads, without the folder of the package. */
function loaded(...args: string[]): string[] {
  folder.write({ 'list.cjs': LIST });
  const run = spawnSync(process.execPath, ['--require', join(folder.path, 'list.cjs'), PROGRAM, ...args], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  const [, list] = /\nLOADED (.*)$/.exec(run.stderr) ?? [];
  const root = join(__dirname, '../..');
  return (JSON.parse(list) as string[]).map((file) => file.slice(root.length + 1));
}

const packages = (files: readonly string[]) =>
  [...new Set(files.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]))].filter((one) => one).sort();
const own = (files: readonly string[]) => files.filter((file) => file.startsWith('lib/')).sort();

describe('the program loads no more than it needs', () => {
  test.each([['--help'], ['--version']])('for %s', (flag) => {
    folder = new Folder();
    const files = loaded(flag);
    expect(packages(files)).toEqual(['commander', 'picocolors']);
    const programs = ['commands', 'io', 'main', 'run'].map((name) => `lib/src/cli/${name}.js`);
    expect(own(files)).toEqual([...programs, 'lib/src/formats/package-version.js']);
  });

  test('for the help of synth: neither constructs nor rules', () => {
    folder = new Folder();
    const files = loaded('synth', '--help');
    expect(packages(files)).toEqual(['commander', 'picocolors']);
    expect(own(files)).toHaveLength(6);
  });

  test('for specs that have not changed: no constructs', () => {
    folder = new Folder({ 'a.canary.yaml': spec('a') });
    expect(packages(loaded('synth', '-o', 'dist'))).toContain('cdk8s-plus-27');
    expect(packages(loaded('synth', '-o', 'dist'))).toEqual(
      expect.not.arrayContaining(['cdk8s', 'cdk8s-plus-27', '@prometheus-io/lezer-promql', 'ajv']),
    );
  });

  test('for one spec: what renders and judges it, and nothing that reports, plans or simulates', () => {
    folder = new Folder({ 'a.canary.yaml': spec('a') });
    const files = loaded('synth', '-o', 'dist');
    expect(packages(files)).toEqual(expect.not.arrayContaining(['protobufjs', 'snappyjs', 'diff']));
    const rooms = new Set(own(files).map((file) => file.split('/')[2]));
    for (const room of ['plan', 'simulate', 'report']) expect(rooms).not.toContain(room);
  });
});
