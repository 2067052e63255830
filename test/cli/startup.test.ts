import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Folder, PROGRAM, spec } from './run';

const ROOT = join(__dirname, '../..');
/** The program as it was before it was put into few files: what it loads can be told module by module. */
const UNBUNDLED = join(ROOT, 'lib/src/cli/main.js');

let folder: Folder;
afterEach(() => folder.remove());

const LIST = `process.on('exit', () => process.stderr.write('\\nLOADED ' + JSON.stringify(Object.keys(require.cache))));`;

/** The files that a run of the program loads, without the folder of the package. */
function loaded(program: string, ...args: string[]): string[] {
  folder.write({ 'list.cjs': LIST });
  const run = spawnSync(process.execPath, ['--require', join(folder.path, 'list.cjs'), program, ...args], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  const [, list] = /\nLOADED (.*)$/.exec(run.stderr) ?? [];
  return (JSON.parse(list) as string[]).map((file) => file.slice(ROOT.length + 1));
}

const packages = (files: readonly string[]) =>
  [...new Set(files.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]))].filter((one) => one).sort();
const vendored = (files: readonly string[]) =>
  own(files).flatMap((file) => /^lib\/vendor\/(.*)\.js$/.exec(file)?.[1] ?? []);
const own = (files: readonly string[]) => files.filter((file) => file.startsWith('lib/')).sort();

describe('the program loads no more than it needs', () => {
  test.each([['--help']])('for %s', (flag) => {
    folder = new Folder();
    const files = loaded(UNBUNDLED, flag);
    expect(packages(files)).toEqual(['commander', 'picocolors']);
    const programs = ['commands', 'main', 'process', 'run'].map((name) => `lib/src/cli/${name}.js`);
    const formats = ['encode/terminal', 'package-root', 'package-version'].map((name) => `lib/src/formats/${name}.js`);
    expect(own(files)).toEqual([...programs, ...formats]);
    const bundled = loaded(PROGRAM, flag);
    expect([packages(bundled), own(bundled)]).toEqual([[], ['lib/cli/main.js']]);
  });

  test('for the help of synth: neither constructs nor rules', () => {
    folder = new Folder();
    const files = loaded(UNBUNDLED, 'synth', '--help');
    expect(packages(files)).toEqual(['commander', 'picocolors']);
    expect(own(files).filter((file) => !/^lib\/src\/(cli|formats)\//.test(file))).toEqual([]);
    expect(packages(loaded(PROGRAM, 'synth', '--help'))).toEqual([]);
  });

  test.each([
    ['in few files', PROGRAM],
    ['module by module', UNBUNDLED],
  ])('for specs that have not changed: no constructs (%s)', (_, program) => {
    folder = new Folder({ 'a.canary.yaml': spec('a') });
    expect(packages(loaded(program, 'synth', '-o', 'dist'))).toContain('cdk8s-plus-27');
    const again = packages(loaded(program, 'synth', '-o', 'dist'));
    for (const one of ['cdk8s', 'cdk8s-plus-27']) expect(again).not.toContain(one);
    for (const one of ['prometheus-io-lezer-promql', 'ajv'])
      expect(vendored(loaded(program, 'synth', '-o', 'dist'))).not.toContain(one);
  });

  test('for one spec: what renders and judges it, and nothing that reports, plans or simulates', () => {
    folder = new Folder({ 'a.canary.yaml': spec('a') });
    const files = loaded(UNBUNDLED, 'synth', '-o', 'dist');
    for (const one of ['protobufjs', 'snappyjs', 'diff']) expect(packages(files)).not.toContain(one);
    for (const one of ['ajv', 'fast-glob']) expect(vendored(files)).not.toContain(one);
    const rooms = new Set(own(files).map((file) => file.split('/')[2]));
    for (const room of ['plan', 'simulate', 'rehearse', 'controller']) expect(rooms).not.toContain(room);
    expect(own(files).filter((file) => /^lib\/src\/lint\/report\//.test(file))).toEqual([]);
  });

  test('for one spec, in few files: none of its own but one, and of others only what renders', () => {
    folder = new Folder({ 'a.canary.yaml': spec('a') });
    const files = loaded(PROGRAM, 'synth', '-o', 'dist');
    expect(own(files)).toEqual(['lib/cli/main.js']);
    for (const one of packages(files)) expect(['cdk8s', 'cdk8s-plus-27', 'constructs']).toContain(one);
  });
});

describe('what is needed to start other programs', () => {
  const ASKS = `process.on('exit', () => process.stderr.write('\\nSTARTS ' + process.moduleLoadList.includes('NativeModule child_process')));`;
  const starts = (...args: string[]): boolean => {
    folder.write({ 'asks.cjs': ASKS });
    const run = spawnSync(process.execPath, ['--require', join(folder.path, 'asks.cjs'), PROGRAM, ...args], {
      cwd: folder.path,
      encoding: 'utf8',
      env: { ...process.env, PATH: folder.path },
    });
    return /\nSTARTS (.*)$/.exec(run.stderr)?.[1] === 'true';
  };

  test('is loaded by no run that starts none, and by one that does', () => {
    folder = new Folder({ 'a.canary.yaml': spec('a'), 'k/kustomization.yaml': 'resources: []\n' });
    expect(starts('synth', '-o', 'dist')).toBe(false);
    expect(starts('lint', '.')).toBe(false);
    writeFileSync(join(folder.path, 'kustomize'), '#!/bin/sh\n', { mode: 0o755 });
    expect(starts('lint', 'k')).toBe(true);
  });
});

describe('what was compiled', () => {
  /** The program as installed, in a folder of one's own. */
  function installed() {
    folder = new Folder({ 'a.canary.yaml': spec('a') });
    const app = join(folder.path, 'app');
    const files = ['main', 'start', 'synth', 'constructs', 'common', 'program', 'worker'].map(
      (name) => `lib/cli/${name}.js`,
    );
    for (const part of [...files, 'lib/spec', 'lib/vendor', 'imports/schemas', 'package.json'])
      cpSync(join(ROOT, part), join(app, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(app, 'node_modules'));
    const main = join(app, 'lib/cli/main.js');
    return (...options: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [...options, main, 'synth', '-o', '-'], {
        cwd: folder.path,
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([0, '']);
      return stdout;
    };
  }
  const kept = () =>
    readdirSync(join(folder.path, 'app/lib/cli'))
      .filter((name) => !name.endsWith('.js'))
      .sort();

  test('is kept for the next run, which does the same', () => {
    const run = installed();
    const first = run();
    expect(first).toContain('kind: Rollout');
    expect(kept()).toEqual([
      expect.stringMatching(/^common-synth-[0-9a-f]{16}-v[0-9.]+-\w+-[0-9a-f]+\.compiled$/),
      expect.stringMatching(/^constructs-synth-[0-9a-f]{16}-v[0-9.]+-\w+-[0-9a-f]+\.compiled$/),
      expect.stringMatching(/^packages-synth-[0-9a-f]{16}-v[0-9.]+-\w+-[0-9a-f]+\.compiled$/),
      expect.stringMatching(/^re2js-[0-9a-f]{16}-v[0-9.]+-\w+-[0-9a-f]+\.compiled$/),
      expect.stringMatching(/^start-[0-9a-f]{16}-v[0-9.]+-\w+-[0-9a-f]+\.compiled$/),
      expect.stringMatching(/^synth-[0-9a-f]{16}-v[0-9.]+-\w+-[0-9a-f]+\.compiled$/),
    ]);
    expect(run()).toBe(first);
    expect(kept()).toHaveLength(6);
  });

  test('grows with what later runs are the first to need, until a few in a row need nothing else', () => {
    const run = installed();
    const size = () => statSync(join(folder.path, 'app/lib/cli', kept()[0])).size;
    const small = 'kind: CanaryApp\nspec: {}\n';
    folder.write({ 'a.canary.yaml': small });
    expect(() => run()).toThrow();
    const before = size();
    folder.write({ 'a.canary.yaml': spec('a') });
    run();
    const after = size();
    expect(after).toBeGreaterThan(before * 1.2);
    const time = () => statSync(join(folder.path, 'app/lib/cli', kept()[0])).mtimeMs;
    for (let nth = 0; nth < 5; nth++) run();
    const last = time();
    run();
    expect(time()).toBe(last);
  });

  test('is not kept in an archive, where files cannot even be removed', () => {
    const run = installed();
    const archive = `const fs = require('node:fs');
      for (const name of ['writeFileSync', 'rmSync']) {
        const of = fs[name];
        fs[name] = (path, ...others) => {
          if (String(path).includes('/app/')) throw Object.assign(new Error('EROFS: read-only'), { code: 'EROFS' });
          return of(path, ...others);
        };
      }`;
    folder.write({ 'archive.cjs': archive });
    expect(run('--require', join(folder.path, 'archive.cjs'))).toContain('kind: Rollout');
    expect(kept()).toEqual([]);
  });

  test('is made anew where it cannot be read', () => {
    const run = installed();
    const first = run();
    const file = join(folder.path, 'app/lib/cli', kept()[0]);
    writeFileSync(file, 'nothing that V8 knows');
    expect(run()).toBe(first);
    expect(folder.read(`app/lib/cli/${kept()[0]}`).length).toBeGreaterThan(10_000);
  });
});
