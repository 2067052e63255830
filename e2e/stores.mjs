// `npm run e2e:stores`: `calibrate` asks VictoriaMetrics, Thanos and Mimir about the same history as Prometheus, and must
// find the same traffic, the same faults of the checks, and the same false alarms.
//
//   npm run e2e:stores                      all of them; writes a section of docs/conformance.md
//   npm run e2e:stores -- --only Mimir      one; writes nothing
//   npm run e2e:stores -- --keep            leaves the folder with logs and manifests
import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { missing } from '../conformance/harness/oracles.mjs';
import { cdk8sCanary } from './harness/command.mjs';
import { freePort, start, stopAll, until } from './harness/processes.mjs';
import { buildStore, programOf, push, STORES, versionOf } from './harness/stores.mjs';
import { differences } from './harness/same-calibration.mjs';
import { storesSection, writeSection } from './harness/report.mjs';

const { values } = parseArgs({
  options: { only: { type: 'string' }, keep: { type: 'boolean', default: false } },
});
const names = Object.keys(STORES).filter((name) => values.only === undefined || name === values.only);
if (names.length === 0) {
  console.error(`e2e: there is no store ${values.only}; use one of ${Object.keys(STORES).join(', ')}`);
  process.exit(2);
}
const absent = missing();
if (absent !== undefined) {
  console.error(absent.replace(/^conformance/, 'e2e'));
  process.exit(2);
}
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

const root = mkdtempSync(join(tmpdir(), 'cdk8s-canary-e2e-'));
let failed = 0;
try {
  const history = await historyOfTests(root);
  const bodies = await bodiesOf(history);
  const cases = writeCases(history, root);
  const reference = await asked('Prometheus', await startPrometheus(folderOf('prometheus')), bodies, cases);
  const rows = [];
  for (const name of names) {
    console.log(`building ${name} ${versionOf(name)}`);
    buildStore(name);
    const store = await STORES[name].start(programOf(name), folderOf(STORES[name].folder));
    const found = await asked(name, store, bodies, cases);
    const { otherwise = {} } = STORES[name];
    const wrong = cases.flatMap(({ title }, i) => {
      const all = differences(reference[i], found[i]);
      if (!(title in otherwise)) return all.map((one) => `${name}: ${title}: ${one}`);
      const others = all.filter((one) => !/^checks\.\d+\.replay\./.test(one));
      if (all.length === others.length) others.push('the replay is the same, which it was not');
      return others.map((one) => `${name}: ${title}: ${one}`);
    });
    for (const one of wrong) console.log(one);
    rows.push({ name, version: versionOf(name), cases: cases.length, wrong, otherwise: Object.values(otherwise) });
    failed += wrong.length;
    await stopAll();
  }
  if (values.only === undefined)
    await writeSection(storesSection(rows, new Date().toISOString().slice(0, 10)), { name: 'e2e-stores' });
  console.log(failed === 0 ? `e2e: ${rows.length} stores agree with Prometheus` : `e2e: ${failed} disagreements`);
} finally {
  await stopAll();
  if (values.keep) console.log(root);
  else rmSync(root, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);

function folderOf(name) {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

/** The history that the tests of `calibrate` write, and the encoder of remote write. */
async function historyOfTests(folder) {
  const outfile = join(folder, 'history.cjs');
  await build({
    stdin: {
      contents: `export * from './test/calibrate/history'; export { encodeWriteRequest } from './src/rehearse/prometheus/remote-write';`,
      resolveDir: resolve('.'),
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return createRequire(import.meta.url)(outfile);
}

/** Bodies of remote write for a day of two pods, a neighbour and kube-state-metrics. */
async function bodiesOf({ writeHistory, encodeWriteRequest }) {
  const bodies = [];
  const A_BODY = 5;
  const write = (series) => {
    for (let i = 0; i < series.length; i += A_BODY) bodies.push(encodeWriteRequest(series.slice(i, i + A_BODY)));
  };
  await writeHistory({ api: { write } });
  return bodies;
}

/** Manifests whose checks are right, and such as do not fit the series. */
function writeCases({ manifestsWith, ERROR_RATE, LATENCY }, folder) {
  const both = `${ERROR_RATE}\n${LATENCY}`;
  const texts = {
    'right checks': both,
    'a value that no series has': ERROR_RATE.replaceAll('code=~"5.."', 'code="5xx"'),
    'a namespace that no series has': both.replaceAll('{{args.namespace}}', 'shopp'),
    'a label that no series has': both.replaceAll('rollouts_pod_template_hash', 'pod_template_hash'),
    'a metric that is not there': ERROR_RATE.replaceAll('http_requests_total', 'requests_total'),
    'a window without two samples': both.replaceAll('[5m]', '[30s]'),
    'a limit that healthy traffic exceeds': ERROR_RATE.replaceAll('<= 0.05', '<= 0.005'),
    'a query that does not parse': ERROR_RATE.replaceAll('sum(', 'sums('),
  };
  return Object.entries(texts).map(([title, metrics], i) => {
    const file = join(folder, `case-${i}.yaml`);
    writeFileSync(file, manifestsWith(metrics));
    return { title, file };
  });
}

async function startPrometheus(folder) {
  const at = `127.0.0.1:${await freePort()}`;
  writeFileSync(join(folder, 'prometheus.yaml'), 'storage: { tsdb: { out_of_order_time_window: 30d } }\n');
  const files = [`--config.file=${join(folder, 'prometheus.yaml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  start('prometheus', [...files, `--web.listen-address=${at}`, '--web.enable-remote-write-receiver'], { logs: folder });
  await until('Prometheus answers', async () => (await fetch(`http://${at}/-/ready`)).ok);
  return { write: `http://${at}/api/v1/write`, query: `http://${at}` };
}

/** The result of `calibrate` for each case. */
async function asked(name, store, bodies, cases) {
  for (const body of bodies) await push(store, body);
  await store.written?.();
  const headers = store.headers ?? {};
  await until(`${name} has the history`, async () => {
    const url = `${store.query}/api/v1/query?query=${encodeURIComponent('count(http_requests_total)')}`;
    const { data } = await (await fetch(url, { headers })).json();
    return data.result.length > 0;
  });
  const results = [];
  for (const { file } of cases) {
    const args = ['calibrate', file, '--prometheus', store.query, '--range', '1d', '-f', 'json'];
    const { code, stdout, stderr } = await cdk8sCanary([...args, ...(store.options ?? [])]);
    results.push({ code, stderr, ...(stdout.startsWith('[') ? { json: JSON.parse(stdout)[0] } : { stdout }) });
  }
  console.log(`${name}: asked`);
  return results;
}
