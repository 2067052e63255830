import { folderWith, runCli } from '../cli/run-cli';

const rollout = (name: string, minutes: number | undefined): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  strategy:
    canary:
      canaryService: ${name}-canary
      stableService: ${name}-stable
      trafficRouting: { istio: { virtualService: { name: ${name} } } }
      steps: [{ setWeight: 20 }, { pause: { ${minutes === undefined ? '' : `duration: ${minutes}m`} } }]
`;

interface SetOptions {
  readonly elements: readonly string[];
  readonly steps: readonly string[];
  readonly generators?: string;
  readonly label?: string;
  readonly source?: string;
  readonly more?: string;
  readonly name?: string;
}

const applicationSet = ({
  elements,
  steps,
  generators = `[{ list: { elements: [${elements.join(', ')}] } }]`,
  label = '{{.ring}}',
  source = "path: 'apps/{{.name}}'",
  more = '',
  name = 'shop',
}: SetOptions): string => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: ${name}, namespace: argocd }
spec:
  goTemplate: true
  generators: ${generators}
  strategy: { type: RollingSync, rollingSync: { steps: [${steps.join(', ')}] } }
  ${more}
  template:
    metadata: { name: '${name}-{{.name}}', labels: { ring: '${label}' } }
    spec:
      project: default
      source: { repoURL: https://git.example.com/shop.git, ${source} }
      destination: { server: https://kubernetes.default.svc, namespace: shop }
`;

const ring = (values: string, more = '', operator = 'In'): string =>
  `{ matchExpressions: [{ key: ring, operator: ${operator}, values: [${values}] }]${more} }`;
const element = (name: string, of: string): string => `{ name: ${name}, ring: ${of} }`;

/** Apps by name, with the minutes of their pause. Each update takes its pause and twice 30 s for its pods. */
const APPS = { a: 4, b: 9, c: 19, d: 1 };
const ELEMENTS = [element('c', 'wide'), element('a', 'early'), element('b', 'wide'), element('d', 'wide')];

function repo(options: Partial<SetOptions>, apps: Readonly<Record<string, number | undefined>> = APPS): string {
  const files = Object.entries(apps).map(([name, minutes]) => [`apps/${name}/app.yaml`, rollout(name, minutes)]);
  const set = applicationSet({ elements: ELEMENTS, steps: [ring('early'), ring('wide')], ...options });
  return folderWith({ ...Object.fromEntries(files), 'set.yaml': set });
}

async function fleetOf(cwd: string, ...args: string[]): Promise<string> {
  const { out } = await runCli(['plan', '.', '--brief', ...args], { cwd });
  return /Fleet[^]*?\n\n/.exec(out)?.[0] ?? '';
}

test('the steps of a RollingSync are the cohorts, in its order and not in that of the sync waves', async () => {
  const fleet = await fleetOf(repo({}));
  expect(fleet).toMatch(/^Fleet {2}4 apps in 2 cohorts: 25 min until all are promoted\n/);
  expect(fleet).toMatch(/ {2}0:00 to 5:00 {2}step 1 \(ring early\): 1 app, the last is shop-a: shop\/a\n/);
  expect(fleet).toMatch(/ {2}5:00 to 25:00 {2}step 2 \(ring wide\): 3 apps, the last is shop-c: shop\/c\n/);
  expect(fleet).toContain('assumed: cohorts are the steps of the RollingSync of ApplicationSet argocd/shop');
});

test.each([
  // One after the other: 20 min, 10 min, 2 min.
  ['1', '37:00'],
  // 34 % of three are one, and so is 1 %: shares are rounded down, but not to none.
  ['34%', '37:00'],
  ['1%', '37:00'],
  // The first is updated for 20 min, the second and the third beside it.
  ['67%', '25:00'],
  ['2', '25:00'],
  ['100%', '25:00'],
])('with a maxUpdate of %s the second step ends at %s', async (maxUpdate, end) => {
  const steps = [ring('early'), ring('wide', `, maxUpdate: ${maxUpdate}`)];
  expect(await fleetOf(repo({ steps }))).toContain(`  5:00 to ${end}  step 2`);
});

test.each(['0', '0%'])('a step whose maxUpdate is %s holds itself and those behind it', async (maxUpdate) => {
  const fleet = await fleetOf(repo({ steps: [ring('early', `, maxUpdate: ${maxUpdate}`), ring('wide')] }));
  expect(fleet).toMatch(/^Fleet {2}4 apps in 2 cohorts: not all of them are updated\n/);
  expect(fleet).toContain('never begins: step 1 (ring early), whose maxUpdate is 0, 1 app\n');
  expect(fleet).toContain('never begins: step 2 (ring wide), 3 apps\n');
});

test('a manual approval in a step holds the next one', async () => {
  const fleet = await fleetOf(repo({}, { ...APPS, a: undefined }));
  expect(fleet).toMatch(/step 1 \(ring early\)/);
  expect(fleet).toMatch(/ {2}1:00 \+ P to 21:00 \+ P {2}step 2/);
});

test('an Application is in the first step that selects it, and one in no step never begins', async () => {
  const steps = [ring('early'), ring('early, other', '', 'NotIn')];
  const fleet = await fleetOf(repo({ steps, elements: [...ELEMENTS.slice(0, 3), element('d', 'other')] }));
  expect(fleet).toMatch(/step 1 \(ring early\): 1 app,/);
  expect(fleet).toMatch(/step 2 \(ring not early or other\): 2 apps,/);
  expect(fleet).toContain('never begins: Applications in no step, 1 app\n');
  expect(fleet).toContain('assumed: Argo CD does not sync Applications in no step by itself');
  const twice = await fleetOf(repo({ steps: [ring('early'), ring('early, wide')] }));
  expect(twice).toMatch(/step 2 \(ring early or wide\): 3 apps,/);
});

test('one Rollout that two Applications apply is updated with each of them', async () => {
  const elements = ['{ name: staging, ring: early }', '{ name: production, ring: wide }'];
  const fleet = await fleetOf(repo({ elements, source: 'path: apps/a' }, { a: 4 }));
  expect(fleet).toMatch(/^Fleet {2}2 apps in 2 cohorts: 10 min until all are promoted\n/);
  expect(fleet).toMatch(/5:00 to 10:00 {2}step 2 \(ring wide\): 1 app, the last is shop-production: shop\/a\n/);
});

test.each([
  'app-{{.name}}.*.yaml',
  'app-{{.name}}.k8s.yaml',
  // The file is too short for the second pattern, whose parts would have to share letters.
  '{app-{{.name}}.k8s.yaml,app-*k8s*8s.yaml}',
])('a directory source applies the files that it includes: %s', async (include) => {
  const set = applicationSet({
    elements: [element('a', 'wide'), element('b', 'early')],
    steps: [ring('early'), ring('wide')],
    source: `path: deploy, directory: { include: '${include}' }`,
  });
  const cwd = folderWith({
    'deploy/app-a.k8s.yaml': rollout('a', 4),
    'deploy/app-b.k8s.yaml': rollout('b', 9),
    'deploy/other-a.k8s.yaml': rollout('c', 1),
    'set.yaml': set,
  });
  const fleet = await fleetOf(cwd);
  expect(fleet).toMatch(/ {2}0:00 to 10:00 {2}step 1 \(ring early\): 1 app, the last is shop-b: shop\/b\n/);
  expect(fleet).toMatch(/ {2}10:00 to 15:00 {2}step 2 \(ring wide\): 1 app, the last is shop-a: shop\/a\n/);
  expect(fleet).toContain('1 Rollout of no Application of this set is left out: shop/c');
});

test('Applications of the set that are given count instead of its generators', async () => {
  const application = (name: string, of: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: live-${name}
  namespace: argocd
  labels: { ring: ${of} }
  ownerReferences: [{ apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, name: shop, uid: '1' }]
spec: { source: { repoURL: https://git.example.com/shop.git, path: apps/${name} }, destination: { namespace: shop } }
`;
  const given = [application('a', 'wide'), application('b', 'early')].join('---\n');
  const set = applicationSet({
    elements: [],
    generators: '[{ git: { directories: [{ path: apps/* }] } }]',
    steps: [ring('early'), ring('wide')],
  });
  const cwd = folderWith({
    'apps/a/app.yaml': rollout('a', 4),
    'apps/b/app.yaml': rollout('b', 9),
    'set.yaml': `${set}---\n${given}`,
  });
  expect(await fleetOf(cwd)).toMatch(
    / {2}0:00 to 10:00 {2}step 1 \(ring early\): 1 app, the last is live-b: shop\/b\n/,
  );
});

test.each([
  [{ generators: '[{ clusters: {} }]' }, "its generator 'clusters' reads what is not among the manifests"],
  [{ label: '{{ .ring | lower }}' }, "its template has '{{ .ring | lower }}', which is more than a parameter"],
  [{ more: "templatePatch: ''" }, 'its templatePatch may change labels'],
])('where Applications are not known, the plan says so and divides by sync waves: %j', async (options, why) => {
  const fleet = await fleetOf(repo(options));
  expect(fleet).toMatch(/sync wave 0: 4 apps/);
  expect(fleet).toContain(`the RollingSync of ApplicationSet argocd/shop is not regarded: ${why}`);
  expect(fleet).toContain('--cohorts states the order');
});

test('--cohorts wins, and --at-once wins over maxUpdate', async () => {
  const steps = [ring('early'), ring('wide', ', maxUpdate: 1')];
  const cwd = repo({ steps });
  const by = await fleetOf(cwd, '--cohorts', 'namespace');
  expect(by).toMatch(/namespace shop: 4 apps/);
  expect(by).not.toContain('RollingSync');
  const atOnce = await fleetOf(cwd, '--at-once', '2');
  expect(atOnce).toContain('  5:00 to 25:00  step 2');
  expect(atOnce).toContain('assumed: 2 apps of a cohort are updated at the same time');
});
