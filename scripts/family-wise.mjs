// Measures whether what `simulate` states of all checks together holds: healthy versions that they stop, and bad ones that they
// miss. Each canary is simulated again by a plain program that draws requests, scrapes counters and evaluates the queries over
// raw samples (family-wise/), and with --seeds rehearsed on a real Prometheus.
//
//   node scripts/family-wise.mjs [--runs 10000] [--seeds 200] [--only NAME]... [--write]
//
// Needs lib/cli (node scripts/bundle.mjs), and for --seeds a Prometheus on the PATH. --write puts the tables into
// docs/conformance.md. The exit code is 1 if a stated rate does not hold.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { randomFrom, referenceOf } from './family-wise/reference.mjs';
import { runProduct } from './run-product.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/conformance.md');

/** What all engines are told of the world. */
const WORLD = { rps: 20, baselineErrorRate: 0.005, podStart: 20, scrapeInterval: 15 };
const LATENCY = { p50: 0.05, p99: 0.4 };
const NAMESPACE = 'shop';

const named = (name, options) => ({ name, ...options });
/** Canaries whose checks stop some healthy versions and miss some bad ones: a rate near 0 or 1 would prove little. */
const CANARIES = [
  {
    name: 'three checks, once',
    bad: { errorRate: 0.013 },
    spec: {
      checks: [
        { failureCount: { atMost: 13 } },
        { successRate: { atLeast: 0.99 } },
        { latency: { quantile: 0.95, atMost: '247ms' } },
      ],
      steps: [{ setWeight: 25 }, 'analysis'],
    },
  },
  {
    name: 'five checks, each minute',
    bad: { errorRate: 0.012 },
    spec: {
      checks: [
        { failureCount: { atMost: 14, interval: '1m', count: 5, failureLimit: 1 } },
        { errorRate: { atMost: 0.012, interval: '1m', count: 5, failureLimit: 1 } },
        { errorsAgainstStable: { atMost: 2.5, interval: '1m', count: 5 } },
        { latency: { quantile: 0.99, atMost: '530ms', interval: '1m', count: 3 } },
        { trafficShare: {} },
      ],
      steps: [{ setWeight: 25 }, 'analysis'],
    },
  },
  {
    name: 'eight checks in two steps',
    bad: { errorRate: 0.011 },
    spec: {
      checks: [
        { failureCount: { atMost: 24 } },
        { successRate: { atLeast: 0.988 } },
        { errorRate: { atMost: 0.011 } },
        { errorsAgainstStable: { atMost: 2.4 } },
        { latency: { quantile: 0.95, atMost: '250ms' } },
        { latencyAgainstStable: { quantile: 0.9, atMost: 1.18 } },
        { burnRate: { objective: 0.995, atMost: 2.2, shortWindow: '2m' } },
        { trafficShare: {} },
      ],
      steps: [{ setWeight: 25 }, 'analysis', { setWeight: 50 }, 'analysis'],
    },
  },
  {
    name: 'ten checks at about 5 % each',
    bad: { errorRate: 0.011 },
    spec: {
      checks: [
        ...[1, 2, 3, 4, 5].map((minutes) => ({
          failureCount: named(`failures-${minutes}m`, {
            window: `${minutes}m`,
            atMost: [4, 6, 8, 10, 12][minutes - 1],
          }),
        })),
        ...[2, 3, 4].map((minutes) => ({
          successRate: named(`success-${minutes}m`, {
            window: `${minutes}m`,
            atLeast: [0.989, 0.9905, 0.99125][minutes - 2],
          }),
        })),
        { latency: { quantile: 0.9, atMost: '208ms' } },
        { latency: { quantile: 0.95, atMost: '247ms' } },
      ],
      steps: [{ setWeight: 25 }, 'analysis'],
    },
  },
];

const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seeds: { type: 'string', default: '0' },
    only: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
  },
});
const [RUNS, SEEDS] = [Number(given.runs), Number(given.seeds)];

/** Less likely than this, a count is not chance any more. */
const TOO_UNLIKELY = 0.001;

function command(args, cwd) {
  const { stdout, stderr, status } = runProduct(args, cwd);
  if (status === 2 || (status !== 0 && args[0] !== 'test')) throw new Error(`${args[0]}: ${stderr}`);
  return stdout;
}

/** The logarithm of n!, by Stirling's series beyond a table. */
const FACTORIALS = [0];
for (let n = 1; n <= 20_000; n++) FACTORIALS[n] = FACTORIALS[n - 1] + Math.log(n);
const chance = (k, n, p) =>
  p <= 0 || p >= 1
    ? Number(k === (p <= 0 ? 0 : n))
    : Math.exp(FACTORIALS[n] - FACTORIALS[k] - FACTORIALS[n - k] + k * Math.log(p) + (n - k) * Math.log(1 - p));
const between = (from, to, n, p) => {
  let sum = 0;
  for (let k = from; k <= to; k++) sum += chance(k, n, p);
  return sum;
};

/** Whether so many of n can be chance where a rate in an interval is stated. */
function holds(count, n, { low, high }) {
  if (count / n > high) return between(count, n, n, high) >= TOO_UNLIKELY;
  return count / n >= low || between(0, count, n, low) >= TOO_UNLIKELY;
}

/** The difference to the interval that would still be chance, on each side. */
function marginOf(n, { low, high }) {
  const p = Math.min(0.5, Math.max((low + high) / 2, 1 / n));
  return 3.3 * Math.sqrt((p * (1 - p)) / n);
}

function made({ spec, bad }, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'canary.yaml'),
    JSON.stringify({
      apiVersion: 'cdk8s-canary.dev/v1',
      kind: 'CanaryApp',
      metadata: { name: 'orders', namespace: NAMESPACE },
      spec: {
        image: 'registry.example.com/orders:2.0.0',
        port: 8080,
        prometheus: 'http://prometheus.monitoring:9090',
        replicas: 4,
        monitoring: { interval: `${WORLD.scrapeInterval}s` },
        ...spec,
      },
    }),
  );
  writeFileSync(
    join(folder, 'profile.yaml'),
    JSON.stringify({ ...WORLD, ...bad, latency: LATENCY, baselineLatency: LATENCY }),
  );
  command(['synth', 'canary.yaml', '-o', 'made'], folder);
  const [plan] = JSON.parse(command(['plan', 'made', '--pod-start', `${WORLD.podStart}s`, '-f', 'json'], folder));
  const simulation = command(
    ['simulate', 'made', '--profile', 'profile.yaml', '--runs', String(RUNS), '-f', 'json'],
    folder,
  );
  const [{ together }] = JSON.parse(simulation);
  return { plan, together };
}

/** How many of so many updates are stopped, healthy ones and bad ones, by the reference. */
function referred(plan, bad) {
  const reference = referenceOf(plan, WORLD, NAMESPACE);
  const healthy = { errorRate: WORLD.baselineErrorRate, latency: LATENCY };
  const stopped = (canary, seed) => {
    const uniform = randomFrom(seed);
    let count = 0;
    for (let i = 0; i < RUNS; i++) if (reference({ canary, stable: healthy }, uniform)) count++;
    return count;
  };
  return { alarms: stopped(healthy, 11), missed: RUNS - stopped({ ...healthy, ...bad }, 12) };
}

/** The same on a real Prometheus. */
function rehearsed({ bad }, folder) {
  const { rps, ...rest } = WORLD;
  const stopped = (version) => {
    const scenarios = Array.from({ length: SEEDS }, (_, i) => ({
      name: `seed ${i + 1}`,
      version,
      seed: 5000 + i,
      // A version that is stopped fails the scenario, whether it is aborted or paused.
      expect: 'promoted',
    }));
    const traffic = { rps, ...rest, baselineLatency: LATENCY };
    writeFileSync(join(folder, 'seeds.scenarios.yaml'), JSON.stringify({ manifests: 'made', traffic, scenarios }));
    const results = JSON.parse(
      command(['test', 'seeds.scenarios.yaml', '--engine', 'prometheus', '-f', 'json'], folder),
    );
    const broken = results.find(({ status }) => status === 'broken');
    if (broken) throw new Error(`test: ${broken.problems.join('; ')}`);
    return results.filter(({ status }) => status === 'failed').length;
  };
  return {
    alarms: stopped({ fails: WORLD.baselineErrorRate }),
    missed: SEEDS - stopped({ fails: bad.errorRate }),
  };
}

const percent = (value) => `${(100 * value).toFixed(value > 0 && value < 0.01 ? 2 : 1)} %`;
const stated = ({ low, high }) =>
  percent(low) === percent(high) ? percent(low) : `${percent(low)} to ${percent(high)}`;

function rowsOf(name, together, counts, n) {
  return [
    ['healthy versions stopped', together.falseAlarm, counts.alarms],
    ['bad versions missed', together.missed, counts.missed],
  ].map(([what, interval, count]) => {
    const good = holds(count, n, interval);
    return {
      good,
      text: `| ${name} | ${what} | ${stated(interval)} | ${percent(count / n)} | ${percent(marginOf(n, interval))} | ${good ? 'holds' : 'DOES NOT HOLD'} |`,
    };
  });
}

const HEAD = ['| canary | | stated | measured | margin | |', '| --- | --- | --- | --- | --- | --- |'];

function put(text, name, lines) {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for ${name}`);
  return `${text.slice(0, from)}${begin}\n\n${lines.join('\n')}\n\n${text.slice(to)}`;
}

const root = mkdtempSync(join(tmpdir(), 'cdk8s-canary-family-wise-'));
try {
  const [simulations, rehearsals] = [[], []];
  for (const [i, canary] of CANARIES.entries()) {
    if (given.only.length > 0 && !given.only.includes(canary.name)) continue;
    const folder = join(root, String(i));
    const { plan, together } = made(canary, folder);
    if (plan.ending !== 'promoted') throw new Error(`${canary.name}: ${plan.ending}`);
    const show = (rows) => rows.forEach(({ text }) => console.error(text));
    const reference = rowsOf(canary.name, together, referred(plan, canary.bad), RUNS);
    show(reference);
    simulations.push(...reference);
    if (SEEDS === 0) continue;
    const rehearsal = rowsOf(canary.name, together, rehearsed(canary, folder), SEEDS);
    show(rehearsal);
    rehearsals.push(...rehearsal);
  }
  const lines = (rows) => [...HEAD, ...rows.map(({ text }) => text)];
  process.stdout.write(`${lines(simulations).join('\n')}\n`);
  if (SEEDS > 0) process.stdout.write(`\nOn a real Prometheus:\n\n${lines(rehearsals).join('\n')}\n`);
  if (given.write) {
    let text = readFileSync(PAGE, 'utf8');
    const of = `${RUNS.toLocaleString('en')} updates of each kind`;
    text = put(text, 'family-wise', [`${of}:`, '', ...lines(simulations)]);
    if (SEEDS > 0)
      text = put(text, 'family-wise-rehearsed', [`${SEEDS} seeds of each kind:`, '', ...lines(rehearsals)]);
    writeFileSync(PAGE, text);
  }
  process.exitCode = [...simulations, ...rehearsals].every(({ good }) => good) ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
