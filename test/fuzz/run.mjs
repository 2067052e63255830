// `npm run fuzz [-- --seconds=60 --seed=1 --only=lint,plan]`: coverage-guided fuzzing of everything that reads text of
// unknown origin. `npm run fuzz -- --places[=READER] [--each=50]` puts every wrong value at every place of an example of
// each reader instead, or one of fifty of them. Ends with 1 where an input led to an error that nobody expected, to more than 10 s, or to 1 GB. Such
// inputs are put into test/fuzz/found; what is fixed is kept in test/fuzz/corpus, which every run begins with.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../..');
const option = (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const seconds = Number(option('seconds') ?? 60);
const only = option('only')?.split(',');
const HANG_MS = 10_000;

const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Bundles a file of this folder. Returns where it is. */
async function bundled(name) {
  const outfile = join(ROOT, `lib/fuzz/${name}.cjs`);
  await build({
    entryPoints: [join(HERE, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    keepNames: true,
    logLevel: 'error',
    external: [...Object.keys(peerDependencies), 're2js', 'ajv', 'fast-glob'],
  });
  return outfile;
}

if (process.argv.some((arg) => arg === '--places' || arg.startsWith('--places='))) {
  const { everyPlace } = createRequire(import.meta.url)(await bundled('every-place'));
  const kinds = await everyPlace(option('places') ?? '', Number(option('each') ?? 1), (text) =>
    process.stdout.write(text),
  );
  process.exit(kinds > 0 ? 1 : 0);
}

const bundle = await bundled('targets');

const texts = (folder, kind, ending) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => ({ kind, text: readFileSync(join(entry.parentPath, entry.name), 'utf8') }))
    .filter(({ text }) => text.length < 30_000);
const CONDITIONS = [
  'len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.05',
  'all(result, # < 1) or result == nil ? true : false',
  'count(filter(result, {# > 1})) in [1, 2] && "a" matches "^a+$"',
  'let x = result[0]; x ?? 1 < 2',
  '1..3 | map(# * 2) | sum() > 2',
];
const QUERIES = [
  'sum(rate(http_requests_total{code=~"5..",service="a"}[5m])) by (pod) / on (pod) group_left sum(rate(x[5m] offset 1h))',
  'histogram_quantile(0.99, sum by (le) (rate(b_bucket[5m])))',
  'max_over_time((a - b)[1h:1m] @ end()) or vector(0) unless c > bool 1',
];
const CONFIGS = [
  'select: [MON]\nignore: [ANA001]\nseverity: { MON001: note }\nbaseline: b.json\n',
  '{"findings":[{"fingerprint":"a","code":"MON001","file":"a.yaml"}]}',
  'rps: 20\nerrorRate: 2%\nlatency: { p50: 10ms, p99: 1s }\n',
];
const REPLAYS = [
  '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"a","pod":"b"},"values":[[1700000000,"1"],[1700000030,"2"]]}]}}',
  '# TYPE a counter\na_total{pod="b"} 1 1700000000\na_total{pod="b"} 2 1700000030\n# EOF\n',
];
const seeds = [
  ...texts('test/fixtures/correct', 'manifests', /\.ya?ml$/),
  ...texts('test/fixtures/flagger', 'manifests', /\.ya?ml$/),
  ...texts('test/fixtures/reference', 'manifests', /\.ya?ml$/),
  ...texts('examples', 'manifests', /canary\.yaml$/),
  ...texts('examples', 'scenario', /scenarios\.yaml$/),
  ...CONDITIONS.map((text) => ({ kind: 'condition', text })),
  ...QUERIES.map((text) => ({ kind: 'query', text })),
  ...CONFIGS.map((text) => ({ kind: 'config', text })),
  ...REPLAYS.map((text) => ({ kind: 'replay', text })),
  ...['manifests', 'condition', 'query', 'config', 'scenario', 'replay'].flatMap((kind) => {
    try {
      return texts(`test/fuzz/corpus/${kind}`, kind, /./);
    } catch {
      return [];
    }
  }),
];

const found = new Map();
function report(target, text, stack) {
  // One of a kind is enough: where it was thrown, and with which message.
  const key = `${target}: ${stack
    .split('\n')
    .filter((line) => /Error|^\s+at /.test(line))
    .slice(0, 2)
    .join(' ')
    .replace(/\d+/g, 'N')}`;
  if (found.has(key)) return;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 12);
  found.set(key, name);
  mkdirSync(join(HERE, 'found'), { recursive: true });
  writeFileSync(join(HERE, 'found', name), text);
  process.stdout.write(`${target}: test/fuzz/found/${name}\n${stack.split('\n').slice(0, 8).join('\n')}\n\n`);
}

const reached = new Set();
const inputs = new Map();
const spent = new Map();
const kindOf = new Map(createRequire(import.meta.url)(bundle).TARGETS.map(({ name, kind }) => [name, kind]));
let seed = Number(option('seed') ?? Date.now() % 2 ** 31);
process.stdout.write(`seed ${seed}\n`);
const until = Date.now() + seconds * 1000;
while (Date.now() < until) {
  const memory = new SharedArrayBuffer(8 + 128 * 1024);
  const state = new Int32Array(memory, 0, 2);
  const worker = new Worker(join(HERE, 'worker.mjs'), {
    workerData: { bundle, seeds, seed: seed++, memory, only, known: [...reached], spent },
    resourceLimits: { maxOldGenerationSizeMb: 1000 },
  });
  const current = () => {
    const [name, ...lines] = Buffer.from(new Uint8Array(memory, 8, state[1]).slice())
      .toString('utf8')
      .split('\n');
    return [name, lines.join('\n')];
  };
  await new Promise((ended) => {
    let seen = -1;
    let busy = 0;
    let before = process.cpuUsage();
    const watch = setInterval(() => {
      if (Date.now() > until) return void worker.terminate();
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      const now = Atomics.load(state, 0);
      // CPU time, so that a busy machine makes nothing of it.
      busy = now === seen && now > 0 ? busy + (user + system) / 1000 : 0;
      seen = now;
      if (busy <= HANG_MS) return;
      report(...current(), `Error: it takes more than ${HANG_MS / 1000} s`);
      void worker.terminate();
    }, 1000);
    worker.on('message', (message) => {
      if (message.type === 'defect') return report(message.target, message.text, message.stack);
      const { target, done, milliseconds, keys, kept } = message;
      inputs.set(target, (inputs.get(target) ?? 0) + done);
      spent.set(target, (spent.get(target) ?? 0) + milliseconds);
      for (const key of keys) reached.add(key);
      // The next worker goes on from what this one found.
      for (const text of kept) seeds.push({ kind: kindOf.get(target), text });
    });
    worker.on('error', (error) => report(...current(), String(error.stack ?? error)));
    worker.on('exit', () => {
      clearInterval(watch);
      ended();
    });
  });
}
const total = [...inputs.values()].reduce((sum, count) => sum + count, 0);
for (const [target, count] of inputs) process.stdout.write(`${String(count).padStart(9)}  ${target}\n`);
process.stdout.write(`${total} inputs, ${reached.size} pieces of code reached, ${found.size} kinds of errors\n`);
process.exit(found.size > 0 ? 1 : 0);
