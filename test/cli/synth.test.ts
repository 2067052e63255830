import { spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { progress } from '../../src/cli/synth';
import { sealOf } from '../../src/formats/seal';
import { Folder, PROGRAM, spec } from './run';

let folder: Folder;
const inFolder = (files: Record<string, string>) => (folder = new Folder(files));
afterEach(() => folder.remove());

describe('synth', () => {
  test('writes a file for each app, and says so', () => {
    inFolder({ 'apps/checkout/canary.yaml': spec('checkout'), 'apps/cart.canary.yaml': spec('cart') });
    const { code, out, err } = folder.run('synth', 'apps', '-o', 'dist');
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('dist: 2 files of 2 apps: 2 written, 0 unchanged (2 rendered)\n');
    expect(folder.list('dist')).toEqual(['.cdk8s-canary.sums', 'shop/cart.yaml', 'shop/checkout.yaml']);
    expect(folder.read('dist/shop/cart.yaml')).toContain('registry.example.com/cart:1.4.2');
  });

  test.each([
    ['resource', ['shop/cart/gateway-cart-gateway.yaml', 'shop/cart/rollout-cart.yaml', 'shop/cart/service-cart.yaml']],
    ['folder', ['apps.yaml']],
  ])('writes a file for each %s', (layout, some) => {
    inFolder({
      'apps/cart.canary.yaml': spec('cart'),
      'apps/checkout.canary.yaml': spec('checkout'),
      'tip.canary.yaml': spec('tip'),
    });
    expect(folder.run('synth', '-o', 'dist', '--layout', layout).code).toBe(0);
    expect(folder.list('dist')).toEqual(expect.arrayContaining(some));
    const again = folder.run('synth', '-o', 'dist', '--layout', layout);
    expect(again.out).toContain('0 written');
    expect(again.out).toContain('(0 rendered)');
  });

  test('removes files of its own that are no longer made, and no other', () => {
    inFolder({
      'a.canary.yaml': spec('a'),
      'b.canary.yaml': spec('b', '', 'other'),
      'dist/shop/mine.yaml': 'kept: true\n',
    });
    folder.run('synth', '-o', 'dist');
    folder.write({ 'b.canary.yaml': spec('c') });
    expect(folder.run('synth', '-o', 'dist').out).toContain('1 written, 1 removed, 1 unchanged');
    expect(folder.list('dist')).toEqual(['.cdk8s-canary.sums', 'shop/a.yaml', 'shop/c.yaml', 'shop/mine.yaml']);
  });

  test('removes the file of the old configuration, whose object GitOps keeps, without a question', () => {
    const withLevel = (level: string) => spec('a', `  config: { data: { LEVEL: ${level} } }\n`);
    inFolder({ 'a.canary.yaml': withLevel('info') });
    const configs = () => folder.list('dist').filter((file) => file.includes('configmap-'));
    expect(folder.run('synth', '-o', 'dist', '--layout', 'resource').code).toBe(0);
    const [old] = configs();
    expect(folder.read(`dist/${old}`)).toContain('argocd.argoproj.io/sync-options: Prune=false');
    folder.write({ 'a.canary.yaml': withLevel('debug') });
    const { code, out } = folder.run('synth', '-o', 'dist', '--layout', 'resource');
    expect([code, out]).toEqual([0, expect.stringContaining('1 removed')]);
    expect(configs()).toEqual([expect.not.stringContaining(old)]);
    expect(folder.read('dist/shop/a/rollout-a.yaml')).toContain(configs()[0].replace(/.*configmap-|\.yaml$/g, ''));
  });

  test('does not overwrite a file that is not its own', () => {
    inFolder({ 'a.canary.yaml': spec('a'), 'dist/shop/a.yaml': 'mine: true\n' });
    const { code, err } = folder.run('synth', '-o', 'dist');
    expect([code, err]).toEqual([
      2,
      'cdk8s-canary: dist/shop/a.yaml: not made by cdk8s-canary, and in the way; move it, or choose another folder\n',
    ]);
    expect(folder.read('dist/shop/a.yaml')).toBe('mine: true\n');
  });

  test('does not follow a link out of its folder, nor a list of checksums', () => {
    inFolder({ 'a.canary.yaml': spec('a'), 'elsewhere/keep.yaml': 'x: 1\n', 'dist/.keep': '' });
    symlinkSync(join(folder.path, 'elsewhere'), join(folder.path, 'dist/shop'));
    expect(folder.run('synth', '-o', 'dist').err).toContain('dist/shop is a symbolic link');
    expect(folder.list('elsewhere')).toEqual(['keep.yaml']);
    folder.write({ 'dist/.cdk8s-canary.sums': `${'0'.repeat(64)}  ../elsewhere/keep.yaml\n` });
    expect(folder.run('synth', '-o', 'dist').err).toContain(
      '.cdk8s-canary.sums:1: this is no line of a list of checksums',
    );
    expect(folder.list('elsewhere')).toEqual(['keep.yaml']);
  });

  test('writes nothing when one spec of many is broken, and tells the errors of all', () => {
    inFolder({
      'a.canary.yaml': spec('a'),
      'b.canary.yaml': spec('b', '  replicsa: 2\n'),
      'c.canary.yaml': spec('c', '  sidecar: 1\n'),
    });
    const { code, err } = folder.run('synth', '-o', 'dist');
    expect(code).toBe(1);
    expect(err).toContain("b.canary.yaml:10:3: spec.replicsa: there is no 'replicsa' here; did you mean 'replicas'?");
    expect(err).toContain('c.canary.yaml:10:12: spec.sidecar: is the number 1');
    expect(err).toContain('2 problems; nothing was written');
    expect(folder.list('dist')).toEqual([]);
    expect(folder.run('synth', '-o', 'dist', '--keep-going').code).toBe(1);
    expect(folder.list('dist')).toEqual(['.cdk8s-canary.sums', 'shop/a.yaml']);
  });

  test('refuses a file as the folder to write to', () => {
    inFolder({ 'canary.yaml': spec('a') });
    expect(folder.run('synth', '-o', 'canary.yaml')).toMatchObject({
      code: 2,
      err: 'cdk8s-canary: canary.yaml is no folder; give a folder to write manifests to\n',
    });
    expect(folder.read('canary.yaml')).toBe(spec('a'));
  });

  test('counts the apps, not their files', () => {
    inFolder({
      'canary.yaml': `${spec('a')}---\n${spec('a', '', 'other').replace('a.example', 'c.example')}---\n${spec('b')}`,
    });
    expect(folder.run('synth', '-o', 'dist').out).toBe(
      'dist: 3 files of 3 apps: 3 written, 0 unchanged (3 rendered)\n',
    );
    expect(folder.run('synth', '-o', 'dist').out).toBe(
      'dist: 3 files of 3 apps: 0 written, 3 unchanged (0 rendered)\n',
    );
  });

  test.each([
    ['a folder that is not there', ['nowhere'], 'nowhere: there is no such file or folder'],
    ['an environment that is a path', ['.', '--env', '../x'], "'../x' cannot be the name of an environment"],
    ['an environment of the name of defaults', ['.', '--env', 'defaults'], "'defaults' cannot be the name"],
  ])('refuses %s', (_, args, message) => {
    inFolder({ 'a.canary.yaml': spec('a') });
    const { code, err } = folder.run('synth', ...args, '-o', 'dist');
    expect([code, err]).toEqual([2, expect.stringContaining(`cdk8s-canary: ${message}`)]);
    expect(folder.list('.')).toEqual(['a.canary.yaml']);
  });

  const overlay = 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec: { replicas: 3 }\n';
  test('refuses an overlay that is laid over nothing, whose values would be lost in silence', () => {
    inFolder({ 'checkout.canary.yaml': spec('checkout'), 'chekout.canary.production.yaml': overlay });
    const { code, err } = folder.run('synth', '-o', 'dist', '--env', 'production');
    expect(code).toBe(1);
    expect(err).toContain(
      "chekout.canary.production.yaml: this overlay matches no spec: there is no chekout.canary.yaml; did you mean 'checkout.canary.yaml'?",
    );
  });

  test('refuses an environment that no overlay and no defaults mention', () => {
    inFolder({ 'a.canary.yaml': spec('a'), 'a.canary.production.yaml': overlay });
    const { code, err } = folder.run('synth', '-o', 'dist', '--env', 'prodution');
    expect([code, err]).toEqual([2, expect.stringContaining("'prodution'; did you mean 'production'?")]);
    expect(folder.list('.')).toEqual(['a.canary.production.yaml', 'a.canary.yaml']);
    folder.write({
      'canary.defaults.staging.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: {}\n',
    });
    expect(folder.run('synth', '-o', 'dist', '--env', 'staging', 'production')).toMatchObject({ code: 0, err: '' });
  });

  test('refuses defaults in the place of a spec, and the other way round', () => {
    inFolder({
      'a/canary.yaml': spec('a').replace('CanaryApp', 'CanaryDefaults'),
      'b/canary.defaults.yaml': spec('b'),
      'b/canary.yaml': spec('b'),
    });
    const { err } = folder.run('synth', '-o', 'dist');
    expect(err).toContain("a/canary.yaml:1:1: kind: is 'CanaryDefaults'; a file of this name is a spec: use CanaryApp");
    expect(err).toContain("b/canary.defaults.yaml:1:1: kind: is 'CanaryApp'; a file of this name is defaults");
  });

  test('tells what is wrong with defaults once, and not for each spec below them', () => {
    inFolder({
      'canary.defaults.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspecc: {}\n',
      ...Object.fromEntries([1, 2, 3].map((i) => [`a${i}.canary.yaml`, spec(`a${i}`)])),
    });
    expect(folder.run('synth', '-o', 'dist').err).toMatch(/^canary\.defaults\.yaml:3:1: specc: [^]*1 problem; nothing/);
  });

  test('reads a spec that is a link to a file, as a mounted volume has them', () => {
    inFolder({ '.data/a': spec('a') });
    symlinkSync('.data/a', join(folder.path, 'a.canary.yaml'));
    expect(folder.run('synth', '-o', 'dist').out).toContain('1 file of 1 app');
  });

  test('counts up on a terminal when there is something to wait for', () => {
    inFolder({});
    let now = 0;
    const lines: string[] = [];
    const tell = progress(
      (line) => lines.push(line),
      () => (now += 600),
    );
    for (let done = 1; done <= 200; done++) tell(done, 200);
    expect(lines).toEqual(['\rrendered 100 of 200', '\rrendered 150 of 200', '\r\u001b[K']);
  });

  test('--check exits 1 with a diff when the folder is stale, and writes nothing', () => {
    inFolder({ 'a.canary.yaml': spec('a') });
    folder.run('synth', '-o', 'dist');
    expect(folder.run('synth', '-o', 'dist', '--check').code).toBe(0);
    folder.write({ 'dist/shop/a.yaml': folder.read('dist/shop/a.yaml').replace('replicas: 2', 'replicas: 3') });
    const before = folder.snapshot('dist');
    const { code, out } = folder.run('synth', '-o', 'dist', '--check');
    expect(code).toBe(1);
    expect(out).toContain('-  replicas: 3\n+  replicas: 2\n');
    expect(folder.snapshot('dist')).toEqual(before);
  });

  test.each([
    ['setWeight: 50', 'setWeight: 30', 'changing steps restarts the rollout at step 0'],
    ['1.4.2', '1.4.3', 'a new version: a rollout starts at step 0'],
    ['port: 8080', 'port: 8080\n  replicas: 5', 'scaled from 2 to 5, without a rollout'],
  ])('--diff tells what changing %s to %s means', (from, to, what) => {
    inFolder({ 'a.canary.yaml': spec('a') });
    folder.run('synth', '-o', 'dist');
    folder.write({ 'a.canary.yaml': spec('a').replace(from, to) });
    const { code, out } = folder.run('synth', '-o', 'dist', '--diff');
    expect(code).toBe(0);
    expect(out).toContain(`Rollout shop/a: ${what}`);
  });
});

describe('a spec is rendered again', () => {
  const staging = 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: {}\n';
  const files = {
    'a.canary.yaml': spec('a'),
    'b.canary.yaml': spec('b'),
    'canary.defaults.staging.yaml': staging,
  };
  const defaults = (lines: string) => `apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec:\n  ${lines}\n`;
  test.each<[string, Record<string, string>, number]>([
    ['nothing changed', {}, 0],
    ['its own text changed', { 'a.canary.yaml': spec('a').replace('50', '20') }, 1],
    [
      'its overlay appeared',
      { 'a.canary.staging.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec: { replicas: 7 }\n' },
      1,
    ],
    ['defaults appeared', { 'canary.defaults.yaml': defaults('replicas: 7') }, 2],
    ['one byte of its output was changed', { 'dist/staging/shop/a.yaml': 'SAME SIZE' }, 1],
    ['its output was edited', { 'dist/staging/shop/a.yaml': 'edited: true\n' }, 1],
  ])('when %s', (_, changes, rendered) => {
    inFolder(files);
    expect(folder.run('synth', '-o', 'dist', '--env', 'staging').code).toBe(0);
    const output = 'dist/staging/shop/a.yaml';
    const changed = changes[output] === 'SAME SIZE' ? { [output]: folder.read(output).replace('a', 'b') } : changes;
    folder.write(changed);
    expect(folder.run('synth', '-o', 'dist', '--env', 'staging').out).toContain(`(${rendered} rendered)`);
    const incremental = folder.snapshot('dist');
    folder.run('synth', '-o', 'fresh', '--env', 'staging');
    expect(folder.snapshot('fresh')).toEqual(incremental);
  });
});

describe('a run that is cut off', () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`app${i}.canary.yaml`, spec(`app${i}`)]));

  test('leaves all or nothing, whenever it is killed', async () => {
    inFolder(many);
    folder.run('synth', '-o', 'dist');
    const old = folder.snapshot('dist');
    folder.write(
      Object.fromEntries(Object.entries(many).map(([name, text]) => [name, text.replace('1.4.2', '1.4.3')])),
    );
    folder.run('synth', '-o', 'new');
    const fresh = folder.snapshot('new');
    for (const delay of [150, 300, 450, 600, 750, 900]) {
      const child = spawn(process.execPath, [PROGRAM, 'synth', '-o', 'dist'], { cwd: folder.path, stdio: 'ignore' });
      const exit = new Promise((done) => child.on('exit', done));
      await new Promise((done) => setTimeout(done, delay));
      child.kill('SIGKILL');
      await exit;
      // The next run, of nothing that can be rendered, does no more than finish what was begun.
      folder.write({ 'broken.yaml': 'kind: none\n' });
      folder.run('synth', '-o', 'dist', 'broken.yaml');
      expect([old, fresh]).toContainEqual(folder.snapshot('dist'));
    }
  }, 60_000);

  test('by a full disk leaves everything as it was', () => {
    inFolder({ 'a.canary.yaml': spec('a') });
    folder.run('synth', '-o', 'dist');
    const before = folder.snapshot('dist');
    folder.write({ 'a.canary.yaml': spec('a').replace('50', '20') });
    // A file may grow to a kilobyte, no further.
    const { code } = folder.runWith({ shell: 'ulimit -f 1' }, 'synth', '-o', 'dist');
    expect(code).not.toBe(0);
    expect(folder.snapshot('dist')).toEqual(before);
    expect(folder.run('synth', '-o', 'dist').out).toContain('1 written');
  });

  test('is finished by the next one', () => {
    inFolder({ 'a.canary.yaml': spec('a') });
    folder.run('synth', '-o', 'dist');
    folder.write({
      'dist/.cdk8s-canary/staging/0-0': 'moved: true\n',
      'dist/.cdk8s-canary/journal': JSON.stringify({
        seal: sealOf(join(folder.path, 'dist/.cdk8s-canary')),
        moves: [['.cdk8s-canary/staging/0-0', 'shop/b.yaml']],
        deletes: ['shop/a.yaml'],
      }),
      'broken.yaml': 'kind: none\n',
    });
    expect(folder.run('synth', 'broken.yaml', '-o', 'dist').code).toBe(1);
    expect(folder.list('dist')).toEqual(['.cdk8s-canary.sums', 'shop/b.yaml']);
    folder.write({ 'dist/.cdk8s-canary/journal': JSON.stringify({ moves: [], deletes: ['../a.canary.yaml'] }) });
    expect(folder.run('synth', '-o', 'dist').err).toContain('names paths outside of');
    expect(folder.list('.')).toContain('a.canary.yaml');
  });
});

describe('a spec is merged', () => {
  const layers = {
    'canary.defaults.yaml': `apiVersion: cdk8s-canary.dev/v1
kind: CanaryDefaults
metadata: { labels: { team: platform } }
spec:
  prometheus: http://prometheus.monitoring:9090
  sidecar: annotation
  steps: [{ setWeight: 10 }, analysis]
`,
    'canary.defaults.production.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: { replicas: 6 }\n',
    'shop/canary.defaults.staging.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: {}\n',
    'shop/canary.defaults.yaml':
      'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nmetadata: { namespace: shop }\nspec: { sidecar: label }\n',
    'shop/checkout/canary.yaml': `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: checkout }
base: ../../web.yaml
spec:
  image: registry.example.com/checkout:1
  container: { envVariables: { MODE: base, GONE: soon } }
`,
    'web.yaml':
      'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec: { port: 8080, hosts: [checkout.example.com] }\n',
    'shop/checkout/canary.production.yaml': `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
spec:
  hosts: [checkout.example.org]
  container: { envVariables: { MODE: production, GONE: null } }
`,
  };

  test('with the defaults above it, its base and its overlay, and shown with where each value comes from', () => {
    inFolder(layers);
    expect(folder.run('show', 'shop/checkout/canary.yaml', '--env', 'production').out).toMatchInlineSnapshot(`
     "metadata:
       labels:
         team: platform                               # canary.defaults.yaml:3
       namespace: shop                                # shop/canary.defaults.yaml:3
       name: checkout                                 # shop/checkout/canary.yaml:3
     spec:
       prometheus: http://prometheus.monitoring:9090  # canary.defaults.yaml:5
       sidecar: label                                 # shop/canary.defaults.yaml:4
       steps:
         - setWeight: 10                              # canary.defaults.yaml:7
         - analysis                                   # canary.defaults.yaml:7
       replicas: 6                                    # canary.defaults.production.yaml:3
       port: 8080                                     # web.yaml:3
       hosts:
         - checkout.example.org                       # shop/checkout/canary.production.yaml:4
       image: registry.example.com/checkout:1         # shop/checkout/canary.yaml:6
       container:
         envVariables:
           MODE: production                           # shop/checkout/canary.production.yaml:5
     "
    `);
    const { code } = folder.run('synth', 'shop', '-o', 'dist', '--env', 'staging', 'production');
    expect(code).toBe(0);
    expect(folder.list('dist')).toEqual([
      '.cdk8s-canary.sums',
      'production/shop/checkout.yaml',
      'staging/shop/checkout.yaml',
    ]);
    expect(folder.read('dist/production/shop/checkout.yaml')).toContain('replicas: 6');
    expect(folder.read('dist/staging/shop/checkout.yaml')).toContain('replicas: 2');
  });

  test('but not with a base that leads back to itself', () => {
    inFolder({
      'canary.yaml': spec('a').replace('spec:', 'base: b.yaml\nspec:'),
      'b.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nbase: canary.yaml\n',
    });
    expect(folder.run('synth', '-o', 'dist').err).toContain('base leads back to canary.yaml');
  });
});
