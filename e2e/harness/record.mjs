// Objects of a run as fixtures for the tests that need no API server.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

export const KINDS = 'rollout,replicaset,analysisrun,analysistemplate,experiment,service,virtualservice,pod,event';
const FOLDER = 'test/fixtures/recorded';

/** All objects of the namespace, as `kubectl get -o yaml` prints them for the reader of the run. */
export function objectsOf({ plane, namespace }, format = 'yaml') {
  const args = ['--kubeconfig', plane.readerKubeconfig, 'get', KINDS, '-n', namespace, '-o', format];
  return spawnSync('kubectl', args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 }).stdout;
}

/** Writes what belongs to some Rollouts, one file each, without what is of this machine or of no use to a reader. */
export function record(world, release, cases) {
  const { items } = JSON.parse(objectsOf(world, 'json'));
  const folder = join(FOLDER, release);
  mkdirSync(folder, { recursive: true });
  for (const { name, file } of cases) {
    const own = ownedBy(items, name).map(cleaned);
    const text = stringify({ apiVersion: 'v1', kind: 'List', items: own }, { aliasDuplicateObjects: false })
      .replaceAll(world.prometheus.url, 'http://prometheus.monitoring:9090')
      .replaceAll(world.closedUrl, 'http://closed.monitoring:9090')
      .replaceAll(new URL(world.prometheus.url).host, 'prometheus.monitoring:9090')
      .replaceAll(new URL(world.closedUrl).host, 'closed.monitoring:9090');
    writeFileSync(join(folder, `${file}.yaml`), text);
  }
}

/** A Rollout, what it owns, what is named after it, and the events of these. */
function ownedBy(items, name) {
  const isNamedSo = (one) => one === name || one.startsWith(`${name}-`);
  const root = items.find(({ kind, metadata }) => kind === 'Rollout' && metadata.name === name);
  const owned = new Set([root.metadata.uid]);
  for (let before = 0; before !== owned.size;) {
    before = owned.size;
    for (const { metadata } of items)
      if (metadata.ownerReferences?.some(({ uid }) => owned.has(uid))) owned.add(metadata.uid);
  }
  return items.filter(
    ({ kind, metadata, involvedObject }) =>
      owned.has(metadata.uid) ||
      (kind === 'Event' && owned.has(involvedObject?.uid)) ||
      (!['Event', 'Pod', 'ReplicaSet', 'Rollout'].includes(kind) && isNamedSo(metadata.name)),
  );
}

function cleaned({ metadata, ...others }) {
  const { managedFields: _, ...kept } = metadata;
  const annotations = Object.fromEntries(
    Object.entries(kept.annotations ?? {}).filter(([name]) => !name.includes('last-applied')),
  );
  const object = { ...others, metadata: { ...kept, annotations } };
  // Of a pod, its state tells; its spec repeats that of the ReplicaSet.
  if (object.kind === 'Pod') delete object.spec;
  return object;
}
