// `npm run e2e`: a real control plane on the loopback address, and what this project says of it.
//
//   npm run e2e                        every release of Argo Rollouts; writes a section of docs/conformance.md
//   npm run e2e -- --release 1.10.2    one release
//   npm run e2e -- --count 10 --seed 7 fewer, or other, random updates; writes nothing
//   npm run e2e -- --keep              leaves the folder with logs and manifests
//   npm run e2e -- --built             takes the programs that an earlier run built
//   npm run e2e -- --record            writes objects of the run to test/fixtures/recorded
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../conformance/harness/oracles.mjs';
import { RELEASES } from '../conformance/harness/releases.mjs';
import { buildControlPlane, kubernetesVersion, missingPrograms } from './harness/build.mjs';
import { chapterChecks, diffChecks, explainChecks } from './harness/commands.mjs';
import { ControlPlane } from './harness/control-plane.mjs';
import { applyDist } from './harness/dist.mjs';
import { Pods } from './harness/pods.mjs';
import { freePort, stopAll } from './harness/processes.mjs';
import { Prometheus } from './harness/prometheus.mjs';
import { disagreements, lineOf, section, writeSection } from './harness/report.mjs';
import { record } from './harness/record.mjs';
import { POD_START_SECONDS, randomRollouts } from './harness/rollouts.mjs';
import { STATES } from './harness/states.mjs';
import { Users } from './harness/users.mjs';
import { walkThrough } from './harness/walk-through.mjs';

const NAMESPACE = 'e2e';
const REQUESTS_PER_SECOND = 20;
/** Updates that run side by side. */
const TOGETHER = 10;

const { values } = parseArgs({
  options: {
    release: { type: 'string' },
    count: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    built: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const releases = values.release === undefined ? [...RELEASES].reverse() : [values.release];
const unknown = releases.filter((one) => !RELEASES.includes(one));
if (unknown.length > 0) {
  console.error(`e2e: there is no release ${unknown[0]}; use one of ${RELEASES.join(', ')}`);
  process.exit(2);
}
const missing = missingPrograms();
if (missing.length > 0) {
  console.error(missing.join('\n'));
  process.exit(2);
}

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

if (!values.built) {
  console.log('building the control plane (the first time takes some ten minutes)');
  buildControlPlane(releases);
  build(['prometheus']);
}

const runs = [];
for (const release of releases) {
  const run = await runRelease(release);
  runs.push(run);
  for (const one of disagreements({ ...run, random: [] })) console.log(one);
  console.log(lineOf(run));
}
const wrong = runs.flatMap(disagreements);
if (values.count === '30') {
  const date = new Date().toISOString().slice(0, 10);
  const before = readFileSync('docs/conformance.md', 'utf8');
  await writeSection(section(runs, { kubernetes: kubernetesVersion(), date, seed: values.seed, before }));
}
console.log(wrong.length === 0 ? 'e2e: no disagreement' : `e2e: ${wrong.length} disagreements`);
process.exit(wrong.length === 0 ? 0 : 1);

async function runRelease(release) {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-e2e-'));
  const closing = [];
  try {
    const plane = await ControlPlane.start(folder);
    await plane.useRollouts(release);
    const pods = new Pods(plane.kube, { startSeconds: POD_START_SECONDS });
    await pods.run();
    const users = new Users(plane.kube, pods, { perSecond: REQUESTS_PER_SECOND });
    users.run();
    const prometheus = new Prometheus(plane, folder);
    await prometheus.start();
    closing.push(
      () => users.stop(),
      () => pods.stop(),
      () => prometheus.stop(),
    );
    const closedUrl = `http://127.0.0.1:${await freePort()}`;
    const world = {
      plane,
      prometheus,
      folder,
      closedUrl,
      release,
      namespace: NAMESPACE,
      together: TOGETHER,
      perSecond: REQUESTS_PER_SECOND,
    };
    await plane.kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    console.log(`Argo Rollouts ${release}: the control plane is up`);
    const { results } = await randomRollouts(world, { count: Number(values.count), seed: Number(values.seed) });
    for (const { name, fate, wrong } of results) for (const one of wrong) console.log(`${name} (${fate}): ${one}`);
    const explained = await explainChecks(world, results);
    if (values.record) record(world, release, casesOf(results));
    const checks = [...explained, ...(await diffChecks(world, results)), ...(await chapterChecks(world, results))];
    const walks = await walkThrough(world);
    const dist = await applyDist(world);
    return { release, walks, random: results, checks, dist };
  } finally {
    for (const close of closing) await close();
    await stopAll();
    if (values.keep) console.log(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
}

/** One Rollout for each way in which an update ended, and those in other states. */
function casesOf(results) {
  const found = new Map();
  for (const { name, fate, seen, weights } of results) {
    const file = `${weights.length === 0 ? 'blue-green' : 'canary'}-${fate}-${seen.ending ?? 'under-way'}`;
    if (!found.has(file)) found.set(file, { name, file });
  }
  return [...found.values(), ...STATES.map(({ name }) => ({ name, file: name }))];
}
