// The reference walk-through, with its own manifests: three updates, and what must come of each.
import { cdk8sCanary } from './command.mjs';
import { sleep, until } from './processes.mjs';
import { manifestsIn } from './rollouts.mjs';

const NAMESPACE = 'kubota-test';
const NAME = 'rollouts-demo';
const MANIFESTS = 'dist/rollouts-demo.k8s.yaml';
/** Monitors scrape every 30 s, and delta() needs two samples. */
const WATCH_SECONDS = 100;

const WALKS = [
  {
    title: 'more than five 500s in five minutes: rolled back',
    tag: 'errors-20',
    aborted: true,
    message: /Metric "http_error_count" assessed Failed due to failed \(1\) > failureLimit \(0\)/,
  },
  { title: 'no 500s, counted from zero: promoted', tag: 'initialised', aborted: false },
  {
    title: 'no 500s that were ever counted, so an empty result: an error, rolled back',
    tag: 'v2',
    aborted: true,
    message: /Metric "http_error_count" assessed Error due to consecutiveErrors \(5\) > consecutiveErrorLimit \(4\)/,
  },
];

/** Each walk has a namespace of its own, so that it begins with no history, as the published one does. */
export async function walkThrough(world) {
  for (const [i] of WALKS.entries()) await prepare(world, namespaceOf(i));
  await world.prometheus.configure();
  return Promise.all(WALKS.map((walk, i) => oneWalk(walk, world.plane, namespaceOf(i))));
}

const namespaceOf = (i) => `${NAMESPACE}-${i + 1}`;

async function prepare({ plane: { kube }, prometheus }, namespace) {
  await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const manifest of manifestsIn(MANIFESTS)) {
    // The address and the namespace in the walk-through are those of its author's cluster.
    for (const { provider } of manifest.kind === 'AnalysisTemplate' ? manifest.spec.metrics : []) {
      provider.prometheus.address = prometheus.url;
      provider.prometheus.query = provider.prometheus.query.replace(NAMESPACE, namespace);
    }
    await kube.apply(manifest, namespace);
  }
}

async function oneWalk({ title, tag, aborted, message = /^/ }, plane, namespace) {
  const { kube } = plane;
  const path = await kube.pathOf({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }, namespace, NAME);
  const status = async () => (await kube.call('GET', path)).status ?? {};
  await until('the walk-through is up', async () => (await status()).phase === 'Healthy', 120);
  const container = { name: NAME, image: `quay.io/brancz/prometheus-example-app:${tag}` };
  const { spec } = await kube.call('GET', path);
  const containers = spec.template.spec.containers.map((one) => ({ ...one, ...container }));
  await kube.mergePatch(path, { spec: { template: { spec: { containers } } } });
  await until('the pause at 50 %', async () => {
    const { phase, currentStepIndex } = await status();
    return phase === 'Paused' && currentStepIndex === 1;
  });
  await sleep(WATCH_SECONDS * 1000);
  const paused = await cdk8sCanary(['explain', NAME, '-n', namespace, '--kubeconfig', plane.kubeconfig]);
  // What `kubectl argo rollouts promote` sends.
  await kube.mergePatch(`${path}/status`, { status: { pauseConditions: null } });
  const end = await until(
    'the end of the update',
    async () => {
      const now = await status();
      return now.abort || now.phase === 'Healthy' ? now : undefined;
    },
    120,
  );
  const explained = await cdk8sCanary(['explain', NAME, '-n', namespace, '--kubeconfig', plane.kubeconfig]);
  const said = aborted ? /abort/i : /promoted|healthy|stable/i;
  const wrong = [];
  if ((end.abort === true) !== aborted) wrong.push(`phase ${end.phase}, ${end.message ?? ''}`);
  if (!message.test(end.message ?? '')) wrong.push(`message "${end.message}"`);
  if (paused.code !== 1 || !/promote/.test(paused.stdout))
    wrong.push(`explain in the pause: ${paused.stdout}${paused.stderr}`);
  if (explained.code !== (aborted ? 1 : 0) || !said.test(explained.stdout)) {
    wrong.push(`explain at the end: ${explained.stdout}${explained.stderr}`);
  }
  return { title, wrong };
}
