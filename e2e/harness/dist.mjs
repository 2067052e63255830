// Everything in dist/, applied to the real API server, each file in namespaces of its own.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './processes.mjs';
import { manifestsIn } from './rollouts.mjs';

/** Groups whose definitions no Go module has, and kinds of Argo CD, which this control plane does not run. */
const NOT_DEFINED = new Set(['route.openshift.io', 'maistra.io']);
const NOT_APPLIED = new Set(['ApplicationSet', 'Application']);

/** Rollouts that need what is not in dist/, by file, with what the controller says of them then. */
const INCOMPLETE = {
  // Argo Rollouts 1.8 first compares the Services with the template that it does not have.
  'adopt-deployment': /deployment.* not found|has unmatch label/i,
  'gateway-api': /plugin|more replicas need to be updated/i,
};

const filesIn = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).flatMap((name) => filesIn(join(path, name)))
    : /\.ya?ml$/.test(path)
      ? [path]
      : [];

const slugOf = (file) => file.replace(/^dist\/|\.k8s\.yaml$|\.yaml$/g, '').replace(/[^a-z0-9]+/g, '-');

/** Applies each file of dist/, and waits for its Rollouts. */
export async function applyDist({ plane }) {
  const { kube } = plane;
  const wrong = [];
  const left = new Set();
  const rollouts = [];
  let applied = 0;
  for (const file of filesIn('dist')) {
    for (const manifest of manifestsIn(file)) {
      if (NOT_DEFINED.has(manifest.apiVersion.split('/')[0]) || NOT_APPLIED.has(manifest.kind)) {
        left.add(manifest.kind);
        continue;
      }
      if (manifest.kind === 'Namespace') continue;
      const namespace = `dist-${slugOf(file)}${manifest.metadata.namespace ? `-${manifest.metadata.namespace}` : ''}`;
      try {
        await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
        const isOfCluster = manifest.kind.startsWith('Cluster');
        await kube.apply(isOfCluster ? manifest : { ...manifest, metadata: { ...manifest.metadata, namespace } });
        applied += 1;
        if (manifest.kind === 'Rollout') rollouts.push({ file, namespace, name: manifest.metadata.name });
      } catch (error) {
        wrong.push(`${file}: ${manifest.kind} ${manifest.metadata.name}: ${error.message}`);
      }
    }
  }
  const statusOf = async ({ namespace, name }) =>
    (await kube.call('GET', `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/${name}`)).status ?? {};
  const asExpected = ({ file }, { phase, message = '' }) => {
    const incomplete = INCOMPLETE[slugOf(file)];
    return incomplete ? incomplete.test(message) : phase === 'Healthy';
  };
  for (const one of rollouts) {
    const { phase, message } = await until(
      one.name,
      async () => {
        const status = await statusOf(one);
        return asExpected(one, status) ? status : undefined;
      },
      90,
    ).catch(() => statusOf(one));
    if (!asExpected(one, { phase, message }))
      wrong.push(`${one.file}: Rollout ${one.name} is ${phase}: ${message ?? ''}`);
  }
  return { applied, rollouts: rollouts.length, left: [...left], wrong };
}
