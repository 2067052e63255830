import { Folder, spec } from './run';

let folder: Folder;
const inFolder = (files: Record<string, string>) => (folder = new Folder(files));
afterEach(() => folder.remove());

describe('synth', () => {
  const CLASHES: [what: string, one: string, other: string, identity: string][] = [
    ['an object', spec('a'), spec('a').replace('a.example.com', 'z.example.com'), 'Gateway shop/a-gateway'],
    [
      'a host',
      spec('a'),
      spec('b').replace('b.example.com', 'a.example.com'),
      "host 'a.example.com' of a VirtualService",
    ],
  ];
  test.each(CLASHES)('refuses two specs that would have %s in common, and names both', (_, one, other, what) => {
    inFolder({ 'one/canary.yaml': one, 'two/canary.yaml': other });
    const { code, err } = folder.run('synth', '-o', 'dist');
    expect(code).toBe(1);
    expect(err).toContain(`two/canary.yaml: ${what} is also that of one/canary.yaml; give one of them another name`);
    folder.write({ 'two/canary.yaml': spec('c') });
    expect(folder.run('synth', '-o', 'dist').code).toBe(0);
    folder.write({ 'two/canary.yaml': other });
    expect(folder.run('synth', '-o', 'dist').err).toContain('is also that of'); // The first comes from the cache now.
  });

  test.each(CLASHES)(
    'refuses two specs of one file that would have %s in common, and names both',
    (_, one, other, what) => {
      inFolder({ 'canary.yaml': `${one}---\n${other}` });
      const { code, err } = folder.run('synth', '-o', 'dist');
      expect(code).toBe(1);
      expect(err).toContain(
        `canary.yaml:13:19: ${what} is also that of canary.yaml:3:19; give one of them another name\n`,
      );
      expect(err).toContain('1 problem; nothing was written');
      expect(folder.list('dist')).toEqual([]);
      expect(folder.run('lint', 'canary.yaml').err).toContain(`${what} is also that of canary.yaml:3:19`);
    },
  );

  test.each(CLASHES)('refuses two specs of one folder that would have %s in common', (_, one, other, what) => {
    inFolder({ 'apps/one.canary.yaml': one, 'apps/two.canary.yaml': other });
    const { code, err } = folder.run('synth', 'apps', '-o', 'dist', '--layout', 'folder');
    expect(code).toBe(1);
    expect(err).toContain(`apps/two.canary.yaml:3:19: ${what} is also that of apps/one.canary.yaml:3:19; give one`);
  });

  test('reports two apps of one name together with what else is wrong with them', () => {
    const broken = spec('a', '  replicaz: 3\n');
    inFolder({
      'one.canary.yaml': broken,
      'two.canary.yaml': spec('a'),
      'three.canary.yaml': `${broken}---\n${spec('b')}`,
    });
    const { code, err } = folder.run('synth', '-o', 'dist');
    expect(code).toBe(1);
    expect(err).toContain('one.canary.yaml:10:3: spec.replicaz: there is no');
    expect(err).toContain('three.canary.yaml:10:3: spec.replicaz: there is no');
    // The one without other problems may keep it.
    for (const name of ['one', 'three']) {
      expect(err).toContain(`${name}.canary.yaml: Rollout shop/a is also that of two.canary.yaml; give one of them`);
    }
    expect(err).toContain('4 problems; nothing was written');
    folder.write({ 'three.canary.yaml': `${broken}---\n${spec('a')}` });
    expect(folder.run('synth', 'three.canary.yaml', '-o', 'dist').err).toContain(
      'three.canary.yaml:14:19: Rollout shop/a is also that of three.canary.yaml:3:19; give one of them another name',
    );
  });

  test('writes none of what two specs have in common twice, even if it keeps going', () => {
    const sameHost = spec('b').replace('b.example.com', 'a.example.com');
    inFolder({ 'b.canary.yaml': sameHost, 'a.canary.yaml': spec('a'), 'c.canary.yaml': spec('c') });
    for (const _ of ['', 'from the cache']) {
      const { code, err } = folder.run('synth', '-o', 'dist', '--keep-going');
      expect([code, err]).toEqual([1, expect.stringContaining("b.canary.yaml: host 'a.example.com'")]);
      expect(folder.list('dist')).toEqual(['.cdk8s-canary.sums', 'shop/a.yaml', 'shop/c.yaml']);
    }
    // The one that was there before gives way too, if it is the later one.
    folder.write({ '0.canary.yaml': spec('a').replace('a.example.com', 'z.example.com') });
    for (const _ of ['', 'from the cache']) {
      const again = folder.run('synth', '-o', 'dist', '--keep-going');
      expect(again.err).toContain('a.canary.yaml: Rollout shop/a is also that of 0.canary.yaml');
      expect(folder.read('dist/shop/a.yaml')).toContain('z.example.com');
    }
  });
});
