import { readFileSync } from 'node:fs';
import { readDocuments, writeYamlDocuments } from '../../src/formats/yaml';
import { folderWith, runCli } from './run-cli';

const GIT = readFileSync('dist/gitops-production.k8s.yaml', 'utf8');

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

/** The objects of Git as a cluster would have them, changed. */
function cluster(change: (objects: Loose[]) => Loose[] | void = () => undefined): string {
  const objects = readDocuments(GIT).map(({ value }) => structuredClone(value) as Loose);
  return writeYamlDocuments(change(objects) ?? objects);
}

const diff = (live: string, ...more: string[]): ReturnType<typeof runCli> =>
  runCli(['diff', 'git.yaml', '--cluster', '-', ...more], { cwd: folderWith({ 'git.yaml': GIT }), stdin: live });

const of = (objects: Loose[], kind: string): Loose => objects.find((one) => one.kind === kind);

test('a cluster that has what Git says, with everything that the server and the controllers add', async () => {
  const live = cluster((objects) => {
    for (const one of objects) {
      one.metadata.uid = 'x';
      one.metadata.resourceVersion = '5';
      one.metadata.annotations = { ...one.metadata.annotations, 'argocd.argoproj.io/tracking-id': 'shop:x' };
      one.status = { conditions: [] };
    }
    const rollout = of(objects, 'Rollout');
    rollout.spec.template.spec.terminationGracePeriodSeconds ??= 30;
    for (const { kind, spec } of objects)
      if (kind === 'Service') spec.selector['rollouts-pod-template-hash'] = '5f7d8c9b4';
    const [route] = of(objects, 'VirtualService').spec.http;
    route.route[0].weight = 80;
    route.route[1].weight = 20;
  });
  const { code, out } = await diff(live);
  expect(out).toContain('the cluster is what Git says');
  expect(out).toContain('Different, and owned by a controller');
  expect(code).toBe(0);
});

test.each([
  ['an image', (objects: Loose[]) => void (of(objects, 'Rollout').spec.template.spec.containers[0].image = 'other:1')],
  ['a selector', (objects: Loose[]) => void (of(objects, 'Service').spec.selector.app = 'other')],
  ['a host', (objects: Loose[]) => void (of(objects, 'VirtualService').spec.hosts = ['other.example.com'])],
  [
    'a condition',
    (objects: Loose[]) => void (of(objects, 'AnalysisTemplate').spec.metrics[0].successCondition = 'true'),
  ],
])('%s that somebody changed is a difference', async (_, change) => {
  const { code, out } = await diff(cluster(change));
  expect(code).toBe(1);
  expect(out).toMatch(/1 difference\n\nDifferences\n {2}\S.* in Git, and .* in the cluster\n/);
});

test('what the controller leaves out because it is the zero of its type is no difference', async () => {
  const pods = (objects: Loose[]): Loose => of(objects, 'Rollout').spec.template.spec;
  const without = await diff(cluster((objects) => void delete pods(objects).hostNetwork));
  expect(without.code).toBe(0);
  const other = await diff(cluster((objects) => void (pods(objects).hostNetwork = true)));
  expect(other.code).toBe(1);
  expect(other.out).toContain('hostNetwork');
});

test('an object that the cluster lacks, and one that only the cluster has', async () => {
  const live = cluster((objects) => {
    const template = of(objects, 'AnalysisTemplate');
    template.metadata.name = 'left-over';
  });
  const { code, out } = await diff(live);
  expect(code).toBe(1);
  expect(out).toMatch(/AnalysisTemplate \S+ is in Git, and not in the cluster/);
  expect(out).toMatch(/Only in the cluster\n {2}AnalysisTemplate \S*left-over/);
});

test('a field that the cluster dropped', async () => {
  const live = cluster((objects) => void delete of(objects, 'Rollout').spec.strategy.canary.steps);
  expect((await diff(live)).out).toContain('the CRD of the cluster does not know it');
});

test('a sync that would reset the weights of an update under way', async () => {
  const live = cluster((objects) => {
    of(objects, 'Rollout').status = { currentPodHash: 'b', stableRS: 'a' };
    const [route] = of(objects, 'VirtualService').spec.http;
    route.route[0].weight = 80;
    route.route[1].weight = 20;
  });
  const { code, out } = await diff(live);
  expect(code).toBe(1);
  expect(out).toMatch(/is in the middle of an update, and VirtualService .* sends 20 % to .* and 0 % in Git/);
});

test('equal quantities and durations in other forms are no difference', async () => {
  const live = cluster((objects) => {
    const [container] = of(objects, 'Rollout').spec.template.spec.containers;
    container.resources = { ...container.resources, requests: { cpu: '1000m', memory: '2048Mi' } };
  });
  const git = cluster((objects) => {
    const [container] = of(objects, 'Rollout').spec.template.spec.containers;
    container.resources = { ...container.resources, requests: { cpu: '1', memory: '2Gi' } };
  });
  const cwd = folderWith({ 'git.yaml': git, 'live.yaml': live });
  expect((await runCli(['diff', 'git.yaml', '--cluster', 'live.yaml'], { cwd })).code).toBe(0);
});

test('one of --live and --cluster must be given', async () => {
  const { code, err } = await runCli(['diff', 'git.yaml'], { cwd: folderWith({ 'git.yaml': GIT }) });
  expect([code, err]).toEqual([2, expect.stringContaining('give --live')]);
});

test('JSON is a list', async () => {
  const [one] = JSON.parse((await diff(cluster(), '-f', 'json')).out) as [Loose];
  expect(one).toMatchObject({ drifts: [], onlyInCluster: [] });
});

test('a kind that would be an option of kubectl is refused', async () => {
  const git = 'apiVersion: v1\nkind: --kubeconfig=evil\nmetadata: { name: a }\n';
  const { code, err } = await runCli(['diff', 'git.yaml', '--live'], { cwd: folderWith({ 'git.yaml': git }) });
  expect([code, err]).toEqual([2, expect.stringContaining('no cluster has a kind --kubeconfig=evil of v1')]);
});
