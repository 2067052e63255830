// The commands that read a cluster or its Prometheus, against the real ones.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { cdk8sCanary } from './command.mjs';
import { freePort } from './processes.mjs';
import { objectsOf } from './record.mjs';
import { manifestsIn } from './rollouts.mjs';
import { otherStates } from './states.mjs';

const READER_GUIDE = 'docs/guide/operating.md';
const CHAPTER = 'docs/guide/from-your-prometheus-to-a-plan.md';

/** A check with its title; `wrong` is what was found otherwise. */
const checkOf = (title, wrong) => ({ title, wrong: wrong.filter((one) => one !== undefined) });
const expectCode = ({ code, stdout, stderr }, wanted) =>
  code === wanted ? undefined : `exit code ${code}, expected ${wanted}: ${stderr}${stdout}`.slice(0, 1500);
const expectText = ({ stdout, stderr }, wanted) =>
  wanted.test(stdout + stderr) ? undefined : `nothing says ${wanted}: ${stderr}${stdout}`.slice(0, 1500);

/** An update that waits for a manual approval is under way: that a sync would reset its weights is no drift. */
function expectNoDrift(result) {
  const [, rows = ''] = /\nDifferences\n([^]*?)(\n\n|$)/.exec(result.stdout) ?? [];
  const drifts = rows.split('\n').filter((row) => row.trim() !== '' && !row.includes('is in the middle of an update'));
  return result.code < 2 && drifts.length === 0 ? undefined : `${drifts.join('; ')} ${result.stderr}`.slice(0, 1500);
}

/** The Role that the guide gives, with a binding for the reader of this run. */
async function allowReader({ plane, namespace }) {
  const text = readFileSync(READER_GUIDE, 'utf8');
  const [role] = [...text.matchAll(/```yaml\n([^]*?)```/g)]
    .flatMap(([, block]) => parseAllDocuments(block).map((one) => one.toJS()))
    .filter((one) => one?.kind === 'Role');
  await plane.kube.apply({ ...role, metadata: { ...role.metadata, namespace } });
  await plane.kube.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'reader', namespace },
    subjects: [{ kind: 'User', name: 'reader', apiGroup: 'rbac.authorization.k8s.io' }],
    roleRef: { kind: 'Role', name: role.metadata.name, apiGroup: 'rbac.authorization.k8s.io' },
  });
}

export async function explainChecks(world, results) {
  const { plane, namespace, folder } = world;
  const explain = (args, options) => cdk8sCanary(['explain', ...args], options);
  const reader = ['-n', namespace, '--kubeconfig', plane.readerKubeconfig];
  const some = results[0].name;
  const checks = [];
  const forbidden = await explain([some, ...reader]);
  checks.push(checkOf('explain, all forbidden', [expectCode(forbidden, 2), expectText(forbidden, /forbidden/)]));
  await allowReader(world);
  for (const { name, seen } of results) {
    const said = await explain([name, ...reader]);
    const wanted = { promoted: /promoted|healthy|stable/i, aborted: /aborted/i, waiting: /inconclusive/i }[seen.ending];
    checks.push(
      checkOf(`explain ${name}, ${seen.ending}, by the guide's Role`, [
        expectCode(said, seen.ending === 'promoted' ? 0 : 1),
        expectText(said, wanted),
      ]),
    );
  }
  const aborted = results.find(({ seen }) => seen.ending === 'aborted');
  if (aborted) {
    const input = objectsOf(world);
    const piped = await explain(['-', '--rollout', aborted.name, '-f', 'json'], { input });
    checks.push(checkOf('explain from a pipe', [expectCode(piped, 1), expectText(piped, /failures/)]));
    const page = await explain([aborted.name, ...reader, '-f', 'html', '-o', join(folder, 'explained.html')]);
    checks.push(checkOf('explain as a page', [expectCode(page, 1)]));
  }
  for (const { name, code, says, reached } of await otherStates(world)) {
    const said = await explain([name, ...reader]);
    checks.push(
      checkOf(`explain ${name}, by the guide's Role`, [
        reached ? undefined : 'the state was not reached',
        expectCode(said, code),
        ...says.map((one) => expectText(said, one)),
      ]),
    );
  }
  const missing = await explain(['no-such-app', ...reader]);
  checks.push(checkOf('explain, no such Rollout', [expectCode(missing, 2), expectText(missing, /no-such-app/)]));
  const away = await explain([some, '-n', namespace, '--kubeconfig', await unreachable(world)]);
  checks.push(checkOf('explain, cluster unreachable', [expectCode(away, 2), expectText(away, /cannot be read/)]));
  return checks;
}

/** A kubeconfig of a server that is not there. */
async function unreachable({ plane, folder }) {
  const path = join(folder, 'away.kubeconfig');
  const text = readFileSync(plane.kubeconfig, 'utf8').replace(
    /https:\/\/127\.0\.0\.1:\d+/,
    `https://127.0.0.1:${await freePort()}`,
  );
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

export async function diffChecks(world, results) {
  const { plane, namespace, folder } = world;
  const out = join(folder, 'out');
  const live = ['--live', '--kubeconfig', plane.kubeconfig];
  const checks = [];
  const same = await cdk8sCanary(['diff', out, ...live]);
  checks.push(checkOf('diff --live after all updates', [expectNoDrift(same)]));
  const { name } = results.find(({ weights }) => weights.length > 0);
  const manifests = manifestsIn(join(out, namespace, `${name}.yaml`));
  const service = manifests.find(({ kind }) => kind === 'Service');
  const route = manifests.find(({ kind }) => kind === 'VirtualService');
  const servicePath = await plane.kube.pathOf(service, namespace, service.metadata.name);
  await plane.kube.mergePatch(servicePath, { spec: { ports: [{ ...service.spec.ports[0], port: 8099 }] } });
  await plane.kube.call('DELETE', await plane.kube.pathOf(route, namespace, route.metadata.name));
  const drifted = await cdk8sCanary(['diff', out, ...live]);
  checks.push(
    checkOf('diff --live finds a changed Service and a VirtualService that is gone', [
      expectCode(drifted, 1),
      expectText(drifted, /8099/),
      expectText(
        drifted,
        new RegExp(`VirtualService[^]*${route.metadata.name}|${route.metadata.name}[^]*VirtualService`),
      ),
    ]),
  );
  await plane.kube.mergePatch(servicePath, { spec: { ports: service.spec.ports } });
  await plane.kube.apply(route, namespace);
  const again = await cdk8sCanary(['diff', out, ...live]);
  checks.push(checkOf('diff --live after the sync', [expectNoDrift(again)]));
  return checks;
}

/** The chapter of the guide, command by command, for an app whose traffic is known. */
export async function chapterChecks(world, results) {
  const { prometheus, namespace, folder, perSecond } = world;
  const { name } = results.find(({ fate, weights }) => fate === 'healthy' && weights.length > 0);
  const place = join(folder, 'chapter');
  mkdirSync(join(place, 'deploy'), { recursive: true });
  cpSync(join(folder, 'out', namespace, `${name}.yaml`), join(place, 'deploy', `${name}.yaml`));
  writeFileSync(
    join(place, 'deploy', `${name}.scenarios.yaml`),
    stringify({
      manifests: `${name}.yaml`,
      traffic: { rps: perSecond },
      scenarios: [
        { name: 'a healthy version is promoted', version: 'healthy', expect: 'promoted' },
        { name: 'a version that fails half of its requests is aborted', version: { fails: '50%' }, expect: 'aborted' },
      ],
    }),
  );
  const [, block] = /```console\n([^]*?)```/.exec(readFileSync(CHAPTER, 'utf8'));
  const lines = block
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\$ cdk8s-canary /, '').replace('http://localhost:9090', prometheus.url));
  const checks = [];
  for (const line of lines) {
    const result = await cdk8sCanary(line.split(' '), { cwd: place, seconds: 600 });
    // A verdict of 1 is an answer too; only the scenarios must hold.
    const codes = line.startsWith('test') ? [0] : [0, 1];
    checks.push(
      checkOf(`the guide: ${line.replace(prometheus.url, 'URL')}`, [
        codes.includes(result.code) ? undefined : expectCode(result, 0),
      ]),
    );
    if (!line.startsWith('calibrate')) continue;
    const profile = parseAllDocuments(readFileSync(join(place, 'traffic.yaml'), 'utf8'))[0].toJS();
    const rps = Number(profile.rps ?? profile.traffic?.rps);
    const right = Math.abs(rps - perSecond) <= perSecond * 0.25;
    checks.push(
      checkOf('calibrate measures what users send', [
        right ? undefined : `rps ${profile.rps}, sent ${perSecond}: ${result.stdout}${result.stderr}`.slice(0, 3000),
      ]),
    );
  }
  const closed = await cdk8sCanary(['calibrate', 'deploy', '--prometheus', world.closedUrl], { cwd: place });
  checks.push(
    checkOf('calibrate, Prometheus unreachable', [expectCode(closed, 2), expectText(closed, /127\.0\.0\.1/)]),
  );
  return checks;
}
