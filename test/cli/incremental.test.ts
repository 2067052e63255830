import { appendFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Folder, spec } from './run';

let folder: Folder;
afterEach(() => folder.remove());

const fleet = (count: number, lines: (i: number) => string = () => '') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`apps/a${i}.canary.yaml`, spec(`a${i}`, lines(i))]));

/** Renders all anew elsewhere: what must have come out. */
function afresh(): Record<string, string> {
  expect(folder.run('synth', 'apps', '-o', 'fresh', '--no-cache')).toMatchObject({ code: 0, err: '' });
  return folder.snapshot('fresh');
}

describe('a run after another', () => {
  test('renders what has changed, in the same bytes, and leaves only its cache', () => {
    folder = new Folder(fleet(4));
    folder.run('synth', 'apps', '-o', 'dist');
    folder.write({ 'apps/a2.canary.yaml': spec('other'), 'apps/a9.canary.yaml': spec('a9', '', 'elsewhere') });
    const { code, out } = folder.run('synth', 'apps', '-o', 'dist');
    expect([code, out]).toEqual([0, 'dist: 5 files of 5 apps: 2 written, 1 removed, 3 unchanged (2 rendered)\n']);
    expect(folder.snapshot('dist')).toEqual(afresh());
    expect(readdirSync(join(folder.path, 'dist/.cdk8s-canary')).sort()).toEqual(['.gitignore', 'cache']);
  });

  test.each([
    ['was cut off while it was written', (text: string) => text.slice(0, -10)],
    ['is of another tool', (text: string) => `0${text}`],
  ])('believes no cache that %s', (_, change) => {
    folder = new Folder(fleet(3));
    folder.run('synth', 'apps', '-o', 'dist');
    const file = 'dist/.cdk8s-canary/cache';
    folder.write({ [file]: change(folder.read(file)), 'apps/a0.canary.yaml': spec('other') });
    expect(folder.run('synth', 'apps', '-o', 'dist').out).toContain('1 written, 1 removed, 2 unchanged (3 rendered)');
    expect(folder.snapshot('dist')).toEqual(afresh());
    expect(folder.run('synth', 'apps', '-o', 'dist').out).toContain('(0 rendered)');
  });

  test('adds to the cache what has changed, and writes it anew before it is twice as long', () => {
    folder = new Folder(fleet(4));
    const lines: number[] = [];
    for (let i = 0; i < 24; i++) {
      folder.write({ 'apps/a1.canary.yaml': spec('a1', `  replicas: ${2 + i}\n`) });
      folder.run('synth', 'apps', '-o', 'dist');
      lines.push(folder.read('dist/.cdk8s-canary/cache').split('\n').length);
    }
    expect(lines.some((length, i) => i > 0 && length === lines[i - 1] + 1)).toBe(true);
    // Four units, and four sources as soon as they are old enough; the tool's line, and the end of the last.
    expect(Math.max(...lines)).toBeLessThanOrEqual(2 * (4 + 4) + 2);
    expect(folder.snapshot('dist')).toEqual(afresh());
    rmSync(join(folder.path, 'apps/a3.canary.yaml'));
    folder.run('synth', 'apps', '-o', 'dist', '--prune');
    expect(folder.read('dist/.cdk8s-canary/cache')).not.toContain('a3.canary.yaml');
  });

  test('finds again what it went on in spite of', () => {
    folder = new Folder({ ...fleet(3), 'apps/z.canary.yaml': spec('a1') });
    for (const _ of [1, 2]) {
      const { code, err } = folder.run('synth', 'apps', '-o', 'dist', '--keep-going');
      expect([code, err]).toEqual([1, expect.stringContaining('Gateway shop/a1-gateway is also that of apps/a1')]);
    }
  });

  const change = (name: string) => {
    const file = join(folder.path, name);
    const { atime, mtime } = statSync(file);
    // As many bytes, the same file, and a time that was set back.
    writeFileSync(file, folder.read(name).replace('1.4.2', '1.4.3'));
    utimesSync(file, atime, mtime);
  };

  test('reads no file again that is as it was, and sees every change', async () => {
    folder = new Folder({ ...fleet(2), 'apps/canary.defaults.yaml': defaults(3) });
    await wait(2200); // Until their stamps can be relied on.
    folder.run('synth', 'apps', '-o', 'dist');
    expect(folder.run('synth', 'apps', '-o', 'dist').out).toContain('(0 rendered)');
    change('apps/a1.canary.yaml');
    expect(folder.run('synth', 'apps', '-o', 'dist').out).toContain('1 written, 1 unchanged (1 rendered)');
    expect(folder.snapshot('dist')).toEqual(afresh());
    folder.write({ 'apps/canary.defaults.yaml': defaults(4) });
    expect(folder.run('synth', 'apps', '-o', 'dist').out).toContain('2 written, 0 unchanged (2 rendered)');
    folder.write({ 'apps/a1.canary.yaml': `base: base.yaml\n${spec('a1')}`, 'apps/base.yaml': base(5) });
    expect(folder.run('synth', 'apps', '-o', 'dist').out).toContain('1 written, 1 unchanged (1 rendered)');
    folder.write({ 'apps/base.yaml': base(6) });
    expect(folder.run('synth', 'apps', '-o', 'dist').out).toContain('1 written, 1 unchanged (1 rendered)');
    expect(folder.snapshot('dist')).toEqual(afresh());
  });

  test('sees a change in the moment after', () => {
    folder = new Folder(fleet(2));
    folder.run('synth', 'apps', '-o', 'dist');
    change('apps/a0.canary.yaml');
    expect(folder.run('synth', 'apps', '-o', 'dist').out).toContain('1 written, 1 unchanged (1 rendered)');
  });

  test('restores a file that was changed manually', () => {
    folder = new Folder(fleet(2));
    folder.run('synth', 'apps', '-o', 'dist');
    appendFileSync(join(folder.path, 'dist/shop/a0.yaml'), '# mine\n');
    expect(folder.run('synth', 'apps', '-o', 'dist').out).toContain('1 written, 1 unchanged (1 rendered)');
    expect(folder.snapshot('dist')).toEqual(afresh());
  });
});

describe('several cores', () => {
  /** Of two shapes each, and every fifth of its own. */
  const mixed = (i: number) =>
    i % 5 === 0 ? `  rollout: { podMetadata: { annotations: { number: 'a${i}' } } }\n` : '';

  test('make what one makes', () => {
    folder = new Folder(fleet(60, mixed));
    expect(folder.run('synth', 'apps', '-o', 'one', '--jobs', '1')).toMatchObject({ code: 0, err: '' });
    const { code, out, err } = folder.run('synth', 'apps', '-o', 'several', '--jobs', '3');
    expect([code, out, err]).toEqual([0, 'several: 60 files of 60 apps: 60 written, 0 unchanged (60 rendered)\n', '']);
    expect(folder.snapshot('several')).toEqual(folder.snapshot('one'));
  });

  test('report problems, whichever thread finds them', () => {
    folder = new Folder(fleet(60, (i) => (i % 20 === 7 ? '  replikas: 3\n' : mixed(i))));
    const { code, err } = folder.run('synth', 'apps', '-o', 'dist', '--jobs', '3');
    expect(code).toBe(1);
    for (const i of [7, 27, 47]) expect(err).toContain(`a${i}.canary.yaml:10:3: spec.replikas`);
    expect(err).toContain('3 problems; nothing was written');
  });

  test('stop when one of them cannot write', () => {
    folder = new Folder(fleet(60, mixed));
    const { code, err } = folder.runWith({ shell: 'ulimit -f 1' }, 'synth', 'apps', '-o', 'dist', '--jobs', '3');
    expect([code, err]).toEqual([2, expect.stringContaining('a file may not be as large')]);
    expect(folder.list('dist')).toEqual([]);
  });
});

function defaults(replicas: number): string {
  return `apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: { replicas: ${replicas} }\n`;
}

function base(replicas: number): string {
  return `apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec: { replicas: ${replicas} }\n`;
}
