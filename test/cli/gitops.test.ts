import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App, Chart } from 'cdk8s';
import * as ts from 'typescript';
import { parse, stringify } from 'yaml';
import { CanaryApp, type CanaryAppProps, CanaryStep } from '../../src';
import { Folder, PROGRAM, spec } from './run';

const EXAMPLES = join(__dirname, '../../examples/gitops');
const example = (file: string) => parse(readFileSync(join(EXAMPLES, file), 'utf8'));

let folder: Folder;
afterEach(() => folder.remove());

/** Runs a shell line as a tool would, with the program on its path. */
function shell(command: string[], env: Record<string, string> = {}, input?: string) {
  folder.write({ 'bin/cdk8s-canary': `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n` });
  chmodSync(join(folder.path, 'bin/cdk8s-canary'), 0o755);
  const path = `${join(folder.path, 'bin')}:${process.env.PATH}`;
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), {
    cwd: folder.path,
    env: { ...process.env, ...env, PATH: path },
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('as a KRM function', () => {
  const list = (...items: unknown[]) =>
    stringify({
      apiVersion: 'config.kubernetes.io/v1',
      kind: 'ResourceList',
      items,
      functionConfig: example('kustomize/function.yaml'),
    });

  test('a CanaryApp gives way to its manifests, with the defaults of the function below it', () => {
    folder = new Folder();
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } };
    const annotated = example('kustomize/canary.yaml');
    annotated.metadata.annotations = { 'internal.config.kubernetes.io/index': '0' };
    const { code, out, err } = folder.runWith({ input: list(other, annotated) }, 'krm');
    expect([code, err]).toEqual([0, '']);
    const items = parse(out).items as { kind: string; metadata: { name: string } }[];
    expect(items.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap other',
      'Gateway checkout-gateway',
      'VirtualService checkout-vsvc',
      'AnalysisTemplate checkout-failures',
      'Rollout checkout',
      'Service checkout-canary',
      'Service checkout-stable',
      'Service checkout',
      'ServiceMonitor checkout',
    ]);
    expect(out).toContain('address: http://prometheus.monitoring:9090');
  });

  const app = (name: string, host: string, more: object = {}) => {
    const one = example('kustomize/canary.yaml');
    const metadata = { name, namespace: 'shop', annotations: { 'config.kubernetes.io/path': `${name}.yaml` } };
    return { ...one, metadata, spec: { ...one.spec, hosts: [host], ...more } };
  };

  test('what is wrong is among the results, each with its object, file and field; nothing is rendered', () => {
    folder = new Folder();
    const broken = app('cart', 'cart.example.com', { prot: 1, replicas: 'two' });
    const { code, out, err } = folder.runWith({ input: list(broken, app('fine', 'fine.example.com')) }, 'krm');
    expect(code).toBe(1);
    const { results, items } = parse(out);
    const about = {
      severity: 'error',
      resourceRef: { apiVersion: 'cdk8s-canary.dev/v1', kind: 'CanaryApp', name: 'cart', namespace: 'shop' },
      file: { path: 'cart.yaml' },
    };
    expect(results).toEqual([
      { ...about, field: { path: 'spec.prot' }, message: "there is no 'prot' here; did you mean 'port'?" },
      { ...about, field: { path: 'spec.replicas' }, message: "is 'two'; give a number" },
    ]);
    expect(items.map(({ kind }: { kind: string }) => kind)).toEqual(['CanaryApp', 'CanaryApp']);
    expect(err).toContain("CanaryApp shop/cart (cart.yaml) spec.replicas: is 'two'; give a number\n");
  });

  test.each([
    [
      'two that take the same host',
      [app('a', 'same.example.com'), app('b', 'same.example.com')],
      "CanaryApp shop/b (b.yaml): host 'same.example.com' of a VirtualService is also that of CanaryApp shop/a; give one of them another name\n",
    ],
    [
      'one that makes what is there already',
      [
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a-stable', namespace: 'shop' } },
        app('a', 'a.example.com'),
      ],
      'CanaryApp shop/a (a.yaml): Service shop/a-stable is also that of Service shop/a-stable; give one of them another name\n',
    ],
    [
      'a misspelt kind, which no cluster knows',
      [{ ...app('a', 'a.example.com'), kind: 'CanaryAp' }],
      "CanaryAp shop/a (a.yaml) kind: is 'CanaryAp'; did you mean 'CanaryApp'?\n",
    ],
    [
      'a base, which is a file',
      [{ ...app('a', 'a.example.com'), base: '../web.yaml' }],
      "CanaryApp shop/a (a.yaml) base: is '../web.yaml'; a ResourceList has no files to be merged over: use CanaryDefaults\n",
    ],
  ])('%s is an error', (_, items, message) => {
    folder = new Folder();
    expect(folder.runWith({ input: list(...items) }, 'krm')).toMatchObject({ code: 1, err: message });
  });

  test('the function takes no configuration that it does not know', () => {
    folder = new Folder();
    const input = stringify({
      kind: 'ResourceList',
      items: [],
      functionConfig: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
    });
    expect(folder.runWith({ input }, 'krm').err).toBe(
      "ConfigMap x kind: is 'ConfigMap' of 'v1'; use CanaryApp or CanaryDefaults of cdk8s-canary.dev/v1\n",
    );
  });

  test('anything but a ResourceList is refused', () => {
    folder = new Folder();
    expect(folder.runWith({ input: 'kind: Pod\n' }, 'krm')).toMatchObject({
      code: 2,
      err: 'cdk8s-canary: standard input is no ResourceList, but Pod\n',
    });
  });

  test('the script that kustomize runs is the function', () => {
    folder = new Folder();
    const run = shell([join(EXAMPLES, 'kustomize/cdk8s-canary-krm')], {}, list(example('kustomize/canary.yaml')));
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(parse(run.stdout).items).toHaveLength(8);
  });
});

describe('as a config management plugin of Argo CD', () => {
  const { spec: plugin } = example('argocd-plugin/plugin.yaml') as {
    spec: { discover: { find: { command: string[] } }; generate: { command: string[] } };
  };
  const files = {
    'checkout/canary.yaml': spec('checkout'),
    'checkout/canary.staging.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec: { replicas: 9 }\n',
    'cart.canary.yaml': spec('cart'),
  };

  test('the folder is discovered by its specs, and no other', () => {
    folder = new Folder(files);
    expect(shell(plugin.discover.find.command).stdout.split('\n').sort()).toEqual([
      '',
      './cart.canary.yaml',
      './checkout/canary.yaml',
    ]);
    folder.remove();
    folder = new Folder({ 'deployment.yaml': 'kind: Deployment\n' });
    expect(shell(plugin.discover.find.command).stdout).toBe('');
  });

  test('manifests come on standard output, nothing else does, and nothing is left behind', () => {
    folder = new Folder(files);
    const run = shell(plugin.generate.command);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout.split('\n---\n')).toHaveLength(16);
    expect(folder.list('.').filter((file) => !file.startsWith('bin/'))).toEqual(Object.keys(files).sort());
  });

  test('a parameter chooses the environment', () => {
    folder = new Folder(files);
    expect(shell(plugin.generate.command).stdout).not.toContain('replicas: 9');
    expect(shell(plugin.generate.command, { PARAM_ENVIRONMENT: 'staging' }).stdout).toContain('replicas: 9');
  });

  test('a broken spec fails the generation with its place', () => {
    folder = new Folder({ 'canary.yaml': spec('a', '  prot: 1\n') });
    const run = shell(plugin.generate.command);
    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toContain('canary.yaml:10:3: spec.prot');
  });
});

describe('with rendered manifests in Git', () => {
  const { spec: set } = example('rendered/applicationset.yaml');

  test('each folder that synth makes for an environment and a namespace is an Application', () => {
    folder = new Folder({
      'apps/checkout/canary.yaml': spec('checkout'),
      'apps/pay.canary.yaml': spec('pay', '', 'payments'),
      ...Object.fromEntries(
        ['staging', 'production'].map((environment) => [
          `apps/canary.defaults.${environment}.yaml`,
          'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: {}\n',
        ]),
      ),
    });
    folder.run('synth', 'apps', '--out', 'rendered', '--env', 'staging', 'production');
    const [{ git }] = set.generators as [{ git: { directories: { path: string }[] } }];
    const globs = git.directories.map(({ path }) => new RegExp(`^${path.replace(/\*/g, '[^/]+')}$`));
    const isApplication = (path: string) => globs.some((glob) => glob.test(path));
    const folders = folder.list('rendered').map((file) => dirname(`rendered/${file}`));
    expect([...new Set(folders.filter((path) => isApplication(path)))].sort()).toEqual([
      'rendered/production/payments',
      'rendered/production/shop',
      'rendered/staging/payments',
      'rendered/staging/shop',
    ]);
    // Nothing else is in them, or Argo CD would apply it.
    expect(folders.filter((path) => !isApplication(path))).toEqual(['rendered']);
  });

  test('self-healing leaves the weights to the controller', () => {
    const { ignoreDifferences, syncPolicy } = set.template.spec;
    expect(syncPolicy.automated.selfHeal).toBe(true);
    const ignored = ignoreDifferences.find(({ kind }: { kind: string }) => kind === 'VirtualService');
    expect(ignored.jqPathExpressions).toEqual(['.spec.http[]?.route[]?.weight']);
    expect(syncPolicy.syncOptions).not.toContain('RespectIgnoreDifferences=true');
  });
});

test('the sidecar of the plugin has its manifest where Argo CD looks for it, and room for what it renders', () => {
  folder = new Folder();
  const { containers, volumes } = example('argocd-plugin/repo-server.yaml').spec.template.spec;
  const mounts = (containers[0].volumeMounts as { mountPath: string; name: string }[]).map(
    ({ mountPath }) => mountPath,
  );
  expect(mounts).toEqual(expect.arrayContaining(['/home/argocd/cmp-server/config/plugin.yaml', '/tmp']));
  expect(volumes.map(({ name }: { name: string }) => name)).toEqual(['cdk8s-canary-plugin', 'cdk8s-canary-tmp']);
});

describe('init', () => {
  test('makes a folder of specs that synthesizes at once', () => {
    folder = new Folder();
    const { code, out } = folder.run('init', 'shop', '--name', 'checkout');
    expect([code, out]).toEqual([
      0,
      [
        'shop/canary.defaults.yaml',
        'shop/checkout/canary.yaml',
        'shop/checkout/canary.production.yaml',
        'shop/checkout/canary.staging.yaml',
        'shop/checkout/checkout.scenarios.yaml',
        'shop/.github/workflows/check.yaml',
        'shop/.vscode/extensions.json',
        'shop/.vscode/settings.json',
        '\nNext, in shop: cdk8s-canary synth --output rendered --env staging production\n',
      ].join('\n'),
    ]);
    expect(folder.run('synth', 'shop', '--out', 'rendered', '--env', 'staging', 'production')).toMatchObject({
      code: 0,
      err: '',
    });
    expect(folder.read('rendered/production/checkout/checkout.yaml')).toContain('replicas: 4');
    expect(folder.run('lint', 'rendered', '--fail-on', 'error').code).toBe(0);
    expect(folder.run('init', 'shop', '--name', 'checkout').err).toContain(
      'already exist in shop; nothing was written',
    );
  });

  test('makes scenarios that pass', () => {
    folder = new Folder();
    folder.run('init', 'shop', '--name', 'checkout');
    const { code, out } = folder.run('test', 'shop');
    expect(out).toContain('4 passed');
    expect(code).toBe(0);
  });

  test('makes a cdk8s project', () => {
    folder = new Folder();
    expect(folder.run('init', 'checkout', '--type', 'cdk8s').code).toBe(0);
    expect(folder.list('checkout')).toEqual([
      '.github/workflows/check.yaml',
      '.gitignore',
      '.vscode/extensions.json',
      '.vscode/settings.json',
      'cdk8s.yaml',
      'chart.test.ts',
      'chart.ts',
      'checkout.scenarios.yaml',
      'main.ts',
      'package.json',
      'tsconfig.json',
    ]);
    // Its test, in this package as an installed one.
    const chart = folder.read('checkout/chart.ts').replace("'cdk8s-canary'", "'../src'");
    expect(chart).toContain('makeApp');
    // Its scenarios, of what it synthesizes.
    const made = new App();
    const props = /(\{\n {4}image[^]*?\n {2}\})\);/.exec(chart)![1];
    const read = new Function('CanaryStep', `return ${props};`) as (step: typeof CanaryStep) => CanaryAppProps;
    new CanaryApp(new Chart(made, 'checkout', { namespace: 'checkout' }), 'checkout', read(CanaryStep));
    folder.write({ 'checkout/dist/checkout.k8s.yaml': made.synthYaml() });
    const tested = folder.run('test', 'checkout', '--coverage');
    expect([tested.code, tested.out]).toEqual([0, expect.stringContaining('4 of 4 outcomes')]);
    expect(JSON.parse(folder.read('checkout/package.json')).dependencies).toHaveProperty('cdk8s-canary');
  });

  test('makes a cdk8s project that compiles', () => {
    folder = new Folder();
    folder.run('init', 'checkout', '--type', 'cdk8s');
    // As an installed package.
    symlinkSync(join(__dirname, '../../node_modules'), join(folder.path, 'checkout/node_modules'));
    const { compilerOptions } = JSON.parse(folder.read('checkout/tsconfig.json')) as { compilerOptions: object };
    const { options } = ts.convertCompilerOptionsFromJson(
      {
        ...compilerOptions,
        ignoreDeprecations: '6.0',
        noEmit: true,
        types: ['node'],
        paths: { 'cdk8s-canary': [join(__dirname, '../../lib/src/index.d.ts')] },
      },
      join(folder.path, 'checkout'),
    );
    // The release that package.json asks for is older, and has another default; `npm run check:package` compiles with it.
    expect(options.esModuleInterop).toBe(true);
    const files = ['main.ts', 'chart.ts', 'chart.test.ts'].map((file) => join(folder.path, 'checkout', file));
    const found = ts.getPreEmitDiagnostics(ts.createProgram(files, options));
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });

  test('takes no name that could not be one', () => {
    folder = new Folder();
    expect(folder.run('init', '--name', '../evil').err).toContain("'../evil' is not a valid name of an app");
    expect(folder.list('.')).toEqual([]);
  });
});

test('schema prints what editors read', () => {
  folder = new Folder();
  const schema = JSON.parse(folder.run('schema').out);
  expect(schema.definitions['cdk8s-canary.CanaryAppProps'].properties.image.description).toContain(
    "The image of the app's container",
  );
  expect(schema.required).toContain('spec');
  const of = (what: string) => JSON.parse(folder.run('schema', what).out) as Record<string, never>;
  expect(of('overlay')).toMatchObject({
    required: ['apiVersion', 'kind'],
    properties: { kind: { const: 'CanaryApp' } },
  });
  expect(of('defaults')).toMatchObject({
    properties: { kind: { const: 'CanaryDefaults' }, root: { type: 'boolean' } },
  });
  expect(of('lint').properties).toHaveProperty('severity');
  expect(folder.run('schema', 'lnt').err).toContain('Allowed choices are app, overlay, defaults, lint');
});
