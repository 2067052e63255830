import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asDeployments } from '../../src/as-deployments';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { readDocuments } from '../../src/formats/yaml';
import { folderWith, runCli } from '../cli/run-cli';

const ROLLOUT = `# The shop.
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: shop   # as in the chart
  labels: { app: shop }
spec:
  replicas: 3
  strategy:
    canary:
      maxSurge: 50%
      # slowly
      steps:
        - setWeight: 20
        - pause: {}
  selector:
    matchLabels: { app: shop }
  rollbackWindow:
    revisions: 3
  template:
    metadata:
      labels: { app: shop }
    spec:
      containers:
        - name: shop
          image: registry.example.com/shop:1
`;

const of = (files: Record<string, string>) =>
  asDeployments(graphOfLoaded(loadManifests(Object.entries(files).map(([name, text]) => ({ name, text })))));
const objects = (text: string): unknown[] =>
  readDocuments(text).flatMap(({ value }) => (value === null || value === undefined ? [] : [value]));
const lineOf = (text: string, what: string): number => text.split('\n').findIndex((line) => line.includes(what)) + 1;

test('a Rollout becomes the Deployment of the same pods, and every other line stays where it is', () => {
  const { files, converted, left } = of({ 'a.yaml': ROLLOUT });
  const [{ text }] = files;
  expect(objects(text)).toEqual([
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop', labels: { app: 'shop' } },
      spec: {
        replicas: 3,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '50%' } },
        selector: { matchLabels: { app: 'shop' } },
        template: {
          metadata: { labels: { app: 'shop' } },
          spec: { containers: [{ name: 'shop', image: 'registry.example.com/shop:1' }] },
        },
      },
    },
  ]);
  for (const what of ['# The shop.', '# as in the chart', 'selector:', 'containers:', 'image:'])
    expect([what, lineOf(text, what)]).toEqual([what, lineOf(ROLLOUT, what)]);
  expect([converted, left]).toEqual([1, []]);
});

test('a blue-green Rollout is replaced by a second full set of pods', () => {
  const text = ROLLOUT.replace(/ {4}canary:[^]*?pause: \{\}\n/, '    blueGreen:\n      activeService: shop\n');
  expect(objects(of({ 'a.yaml': text }).files[0].text)).toMatchObject([
    { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } } } },
  ]);
});

test('other documents, comments and separators are kept unchanged', () => {
  const service = '# a Service\napiVersion: v1\nkind: Service\nmetadata: {name:   web}\n';
  const { files } = of({ 'a.yaml': `${service}---\n${ROLLOUT}---\n${service}`, 'b.yaml': service });
  expect(files[0].text.startsWith(`${service}---\n# The shop.`)).toBe(true);
  expect(files[0].text.endsWith(`---\n${service}`)).toBe(true);
  expect(files[1]).toEqual({ name: 'b.yaml', text: service });
});

test.each([
  ['flow style', JSON.stringify(readDocuments(ROLLOUT)[0].value)],
  [
    'a List',
    `apiVersion: v1\nkind: List\nitems:\n${ROLLOUT.replace(/^# .*\n/, '- ')
      .replace(/\n(?=.)/g, '\n  ')
      .replace('-   ', '- ')}`,
  ],
  [
    'anchors',
    ROLLOUT.replace('selector:\n    matchLabels: {', 'selector:\n    matchLabels: &l {').replace(
      'metadata:\n      labels: { app: shop }',
      'metadata:\n      labels: *l',
    ),
  ],
  [
    'an anchor in what goes',
    ROLLOUT.replace('maxSurge: 50%', 'maxSurge: &half 50%').replace('shop:1\n', 'shop:1\n          args: [*half]\n'),
  ],
])('%s: the object is the same as in block style', (_name, text) => {
  const [{ text: given }] = of({ 'a.yaml': text }).files;
  const [found] = objects(given) as { kind: string; items?: object[]; spec?: object }[];
  const deployment = found.kind === 'List' ? found.items![0] : found;
  expect(deployment).toMatchObject({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { replicas: 3, strategy: { rollingUpdate: { maxSurge: '50%' } }, selector: { matchLabels: { app: 'shop' } } },
  });
  expect(JSON.stringify(found)).not.toContain('Rollout');
  expect(JSON.stringify(found)).not.toContain('rollbackWindow');
});

describe('a Rollout with a workloadRef', () => {
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 0
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: 'shop:1' }] }
`;
  const rollout = (kind = 'Deployment', name = 'shop') => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop }
spec:
  replicas: 4
  workloadRef: { apiVersion: apps/v1, kind: ${kind}, name: ${name} }
  strategy: { canary: {} }
`;

  test('gives way to its Deployment, which runs as many pods', () => {
    const { files, converted } = of({ 'a.yaml': `${rollout()}---\n${deployment}` });
    expect(objects(files[0].text)).toMatchObject([{ kind: 'Deployment', spec: { replicas: 4 } }]);
    expect(lineOf(files[0].text, 'image:')).toBe(lineOf(`${rollout()}---\n${deployment}`, 'image:'));
    expect(converted).toBe(1);
  });

  test('takes the pods of a template of another kind', () => {
    const template = `apiVersion: v1
kind: PodTemplate
metadata: { name: pods }
template: { metadata: { labels: { app: shop } }, spec: { containers: [{ name: shop, image: 'shop:1' }] } }
`;
    const { files } = of({ 'a.yaml': rollout('PodTemplate', 'pods'), 'b.yaml': template });
    expect(objects(files[0].text)).toMatchObject([
      {
        kind: 'Deployment',
        spec: {
          replicas: 4,
          selector: { matchLabels: { app: 'shop' } },
          template: { spec: { containers: [{ image: 'shop:1' }] } },
        },
      },
    ]);
  });

  test('stays a Rollout where its pods are not in the set, and says so', () => {
    const { files, left, converted } = of({ 'a.yaml': rollout() });
    expect(files[0].text).toBe(rollout());
    expect(converted).toBe(0);
    expect(left).toEqual([
      "a.yaml:6:63  Rollout shop takes its pods from the Deployment 'shop', which is not here; it stays a Rollout",
    ]);
  });
});

test('an autoscaler names the Deployment', () => {
  const scaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec:
  scaleTargetRef:
    apiVersion: argoproj.io/v1alpha1   # the Rollout
    kind: Rollout
    name: shop
  maxReplicas: 4
`;
  const [, { text }] = of({ 'a.yaml': ROLLOUT, 'b.yaml': scaler }).files;
  expect(text).toBe(scaler.replace('argoproj.io/v1alpha1', 'apps/v1').replace('kind: Rollout', 'kind: Deployment'));
});

describe('the command', () => {
  test('prints one stream', async () => {
    const cwd = folderWith({ 'a.yaml': ROLLOUT, 'b.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n' });
    const { code, out, err } = await runCli(['as-deployments', '.'], { cwd });
    expect(objects(out)).toMatchObject([{ kind: 'Deployment' }, { kind: 'Namespace' }]);
    expect([code, err]).toEqual([0, '1 Rollout converted to Deployments\n']);
  });

  test('writes files of the same names, and not into a folder that holds something', async () => {
    const cwd = folderWith({ 'deploy/a.yaml': ROLLOUT });
    expect(await runCli(['as-deployments', 'deploy', '--out', 'out'], { cwd })).toMatchObject({ code: 0, out: '' });
    expect(readFileSync(join(cwd, 'out/deploy/a.yaml'), 'utf8')).toContain('kind: Deployment');
    const again = await runCli(['as-deployments', 'deploy', '--out', 'out'], { cwd });
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('the folder is not empty')]);
  });

  test('writes nothing outside of the folder', async () => {
    const cwd = folderWith({ 'a.yaml': ROLLOUT, 'in/.keep': '' });
    expect((await runCli(['as-deployments', '../a.yaml', '--out', 'out'], { cwd: join(cwd, 'in') })).code).toBe(0);
    expect(existsSync(join(cwd, 'in/out/a.yaml'))).toBe(true);
  });

  test('refuses what it cannot read', async () => {
    const cwd = folderWith({ 'a.yaml': 'kind: Rollout\n  broken: [' });
    expect((await runCli(['as-deployments', 'a.yaml'], { cwd })).code).toBe(2);
    expect((await runCli(['as-deployments', 'none.yaml'], { cwd })).code).toBe(2);
  });
});

describe('canary files', () => {
  const spec = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: checkout, namespace: shop }
spec:
  image: registry.example.com/checkout:1
  port: 8080
  prometheus: http://prometheus.monitoring:9090
`;
  const layer = (kind: string, replicas: number) =>
    `apiVersion: cdk8s-canary.dev/v1\nkind: ${kind}\nspec: { replicas: ${replicas} }\n`;
  const files = {
    'apps/canary.yaml': spec,
    'apps/canary.production.yaml': layer('CanaryApp', 7),
    'canary.defaults.yaml': layer('CanaryDefaults', 3),
  };

  test.each([[['apps/canary.yaml']], [['apps']], [['.']]])('%j are rendered', async (paths) => {
    const cwd = folderWith(files);
    const { code, out, err } = await runCli(['as-deployments', ...paths], { cwd });
    expect([code, err]).toEqual([0, '1 Rollout converted to Deployments\n']);
    const all = objects(out) as { kind: string; metadata: { name: string }; spec: { replicas?: number } }[];
    expect(all.filter(({ kind }) => kind === 'Deployment')).toMatchObject([
      { metadata: { name: 'checkout' }, spec: { replicas: 3 } },
    ]);
    expect(all.filter(({ kind }) => ['Rollout', 'CanaryApp', 'CanaryDefaults'].includes(kind))).toEqual([]);
  });

  test('are rendered for an environment, into a folder', async () => {
    const cwd = folderWith(files);
    const { code } = await runCli(['as-deployments', '.', '-e', 'production', '-o', 'out'], { cwd });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, 'out/production/shop/checkout.yaml'), 'utf8')).toMatch(
      /kind: Deployment[^]*replicas: 7/,
    );
    expect(existsSync(join(cwd, 'out/canary.defaults.yaml'))).toBe(false);
  });

  test('that are not valid are reported', async () => {
    const cwd = folderWith({ 'canary.yaml': spec.replace('port: 8080', 'prot: 8080') });
    const { code, out, err } = await runCli(['as-deployments', 'canary.yaml'], { cwd });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain("spec.prot: there is no 'prot' here; did you mean 'port'?");
  });

  test('are read from standard input', async () => {
    const { code, out } = await runCli(['as-deployments', '-'], { stdin: spec });
    expect(code).toBe(0);
    expect(out).toContain('kind: Deployment');
    expect(out).not.toContain('kind: CanaryApp');
  });
});

test('what is no Kubernetes object is left out, and named', async () => {
  const cwd = folderWith({
    'compose.yaml': 'services:\n  web: { image: nginx }\n',
    'deploy/shop.yaml': `replicaCount: 1\nother: 2\n---\n${ROLLOUT}`,
    'deploy/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamePrefix: a-\n',
    'values.json': '{ "replicaCount": 1 }\n',
  });
  const { code, out, err } = await runCli(['as-deployments', '.'], { cwd });
  expect(code).toBe(0);
  expect((objects(out) as { kind?: string }[]).map(({ kind }) => kind).sort()).toEqual(['Deployment', 'Kustomization']);
  expect(out).not.toMatch(/replicaCount|services/);
  for (const name of ['compose.yaml', 'deploy/shop.yaml', 'values.json'])
    expect(err).toContain(`${name}: left out what is no Kubernetes object`);
  expect(err).toContain('1 Rollout converted');
  await runCli(['as-deployments', '.', '-o', 'checked'], { cwd });
  expect(existsSync(join(cwd, 'checked/compose.yaml'))).toBe(false);
  // Its lines stay.
  const written = readFileSync(join(cwd, 'checked/deploy/shop.yaml'), 'utf8');
  expect(lineOf(written, 'name: shop ')).toBe(lineOf(ROLLOUT, 'name: shop ') + 3);
});
