import { Folder, spec } from './run';

let folder: Folder;
const inFolder = (files: Record<string, string>) => (folder = new Folder(files));
afterEach(() => folder.remove());

describe('synth', () => {
  describe('of two files of one role reads neither', () => {
    const layer = (kind: string, replicas: number) =>
      `apiVersion: cdk8s-canary.dev/v1\nkind: ${kind}\nspec: { replicas: ${replicas} }\n`;
    test.each([
      ['overlays', 'apps/canary.prod.yaml', 'apps/canary.prod.yml', 'CanaryApp'],
      ['overlays of a spec in a folder of several', 'apps/a.canary.prod.yaml', 'apps/a.canary.prod.json', 'CanaryApp'],
      ['defaults', 'canary.defaults.yaml', 'canary.defaults.yml', 'CanaryDefaults'],
      [
        'defaults of an environment',
        'apps/canary.defaults.prod.yml',
        'apps/canary.defaults.prod.json',
        'CanaryDefaults',
      ],
    ])('%s', (_, one, other, kind) => {
      const file = one.startsWith('apps/a.') ? 'apps/a.canary.yaml' : 'apps/canary.yaml';
      inFolder({ [file]: spec('a'), [one]: layer(kind, 3), [other]: layer(kind, 4) });
      folder.write({ 'apps/other/canary.defaults.prod.yaml': layer('CanaryDefaults', 1) });
      const { code, err } = folder.run('synth', 'apps', '-o', 'dist', '-e', 'prod');
      expect(code).toBe(1);
      expect(err).toContain(`${one} and ${other} have the same role, and one of them would be ignored; merge them`);
      expect(folder.list('dist')).toEqual([]);
      expect(folder.run('show', file, '-e', 'prod').err).toContain(`${one} and ${other} have the same role`);
    });
  });

  test.each([
    ['apps/canary.Prod.yaml', 'CanaryApp', ['apps', '-e', 'prod']],
    ['apps/canary.PROD.yaml', 'CanaryApp', ['apps/canary.yaml', '-e', 'prod']],
    ['canary.defaults.Prod.yaml', 'CanaryDefaults', ['apps', '-e', 'prod']],
    ['canary.Defaults.yaml', 'CanaryDefaults', ['apps']],
  ])('refuses %s, whose upper-case letters keep it from being read', (file, kind, args) => {
    const layer = (of: string) => `apiVersion: cdk8s-canary.dev/v1\nkind: ${of}\nspec: { replicas: 3 }\n`;
    inFolder({ 'apps/canary.yaml': spec('a'), [file]: layer(kind) });
    folder.write({ 'apps/canary.defaults.prod.yaml': layer('CanaryDefaults') });
    const meant = file.replace(/^.*\//, '').toLowerCase();
    const message = `${file}: is not read, because its name has upper-case letters; rename it to ${meant}`;
    const { code, err } = folder.run('synth', ...args, '-o', 'dist');
    expect([code, err]).toEqual([1, `${message}\n1 problem; nothing was written\n`]);
    expect(folder.run('show', ...args)).toMatchObject({ code: 1, err: `${message}\n` });
    expect(folder.run('synth', 'apps', '-o', 'dist', '-e', 'staging').err).toContain("environment 'staging'");
  });

  test('takes a name in upper case for the environment that is asked for', () => {
    inFolder({ 'canary.yaml': spec('a'), 'canary.Staging.yaml': 'kind: CanaryApp\n' });
    expect(folder.run('synth', '-o', 'dist').code).toBe(0);
    expect(folder.run('synth', '-o', 'dist', '-e', 'staging').err).toContain('rename it to canary.staging.yaml');
  });

  test('renders an environment once, however often it is named', () => {
    inFolder({ 'canary.yaml': spec('a'), 'canary.prod.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\n' });
    const { code, out, err } = folder.run('synth', '-o', 'dist', '-e', 'prod', '-e', 'prod,prod');
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('dist: 1 file of 1 app: 1 written, 0 unchanged (1 rendered)\n');
  });

  describe('says that a file is left out because of its name:', () => {
    const note = (file: string, kind: string, instead: string) =>
      `${file}: holds a ${kind}, and is left out because of its name; rename it to ${instead}\n`;
    const defaults = 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: {}\n';

    test.each([
      ['apps/x/x.yaml', spec('x'), note('apps/x/x.yaml', 'CanaryApp', 'x.canary.yaml, or give its path')],
      ['apps/Canary.yml', spec('x'), note('apps/Canary.yml', 'CanaryApp', 'Canary.canary.yaml, or give its path')],
      ['apps/defaults.yaml', defaults, note('apps/defaults.yaml', 'CanaryDefaults', 'canary.defaults.yaml')],
    ])('%s', (file, text, message) => {
      inFolder({ 'apps/canary.yaml': spec('a'), [file]: text, 'apps/other.yaml': 'kind: ConfigMap\n' });
      expect(folder.run('synth', 'apps', '-o', 'dist')).toMatchObject({ code: 0, err: message });
      expect(folder.list('dist')).toEqual(['.cdk8s-canary.sums', 'shop/a.yaml']);
      expect(folder.run('lint', 'apps').err).toContain(message);
    });

    test('but not where a spec has it as its base, nor where it is given', () => {
      inFolder({
        'apps/canary.yaml': spec('a').replace('metadata', 'base: web.yaml\nmetadata'),
        'apps/web.yaml': spec('w'),
      });
      expect(folder.run('synth', 'apps', '-o', 'dist')).toMatchObject({ code: 0, err: '' });
      inFolder({ 'apps/canary.yaml': spec('a'), 'apps/web.yaml': spec('w') });
      expect(folder.run('synth', 'apps', 'apps/web.yaml', '-o', 'dist')).toMatchObject({ code: 0, err: '' });
      expect(folder.list('dist')).toContain('shop/w.yaml');
    });

    test('also where no other file is there', () => {
      inFolder({ 'x/x.yaml': spec('x') });
      const { code, err } = folder.run('synth', 'x', '-o', 'dist');
      expect(code).toBe(2);
      expect(err).toContain(note('x/x.yaml', 'CanaryApp', 'x.canary.yaml, or give its path'));
    });
  });
});
