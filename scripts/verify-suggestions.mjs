// Asks `simulate --suggest` about an app with each check of the catalogue, carries the suggestion out, and rehearses it with
// `test --engine prometheus`: as many bad and as many healthy versions must be stopped as was promised. Puts the table into
// docs/conformance.md. `node scripts/verify-suggestions.mjs [--seeds 20] [--only CHECK,CHECK]`; needs lib/ and a Prometheus.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { runProduct } from './run-product.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/conformance.md');
const [BEGIN, END] = ['<!-- suggestions: begin -->', '<!-- suggestions: end -->'];

/** What both engines are told of the world. */
const WORLD = { rps: 12, baselineErrorRate: 0.005, podStart: 20, scrapeInterval: 15 };
const FAILS = { errorRate: 0.03 };
const SLOW = { errorRate: 0.005, latency: { p50: 0.3, p99: 1.5 } };
/** Restarts of a container of each pod per hour; few enough that some updates see none. */
const RESTARTS = { errorRate: 0.005, restarts: 20 };
const FULL = { errorRate: 0.005, saturation: 0.95 };
const QUERY =
  'sum(increase(http_requests_total{namespace="{{args.namespace}}",rollouts_pod_template_hash="{{args.canary-hash}}",code=~"5.."}[5m])) or vector(0)';

/** Little traffic, a small regression and a modest goal: what is promised is then no certainty. */
const GOAL = ['--power', '0.8', '--false-alarms', '0.05'];

/** The checks, each with limits that need not fit, and a bad version. */
const CASES = [
  { name: 'failureCount', options: { atMost: 100 }, bad: FAILS },
  { name: 'successRate', options: { atLeast: 0.97 }, bad: FAILS },
  { name: 'errorRate', options: { atMost: 0.05 }, bad: FAILS },
  { name: 'errorsAgainstStable', options: { atMost: 5 }, bad: FAILS },
  { name: 'latency', options: { quantile: 0.95, atMost: '1s' }, bad: SLOW },
  { name: 'latencyAgainstStable', options: { quantile: 0.95, atMost: 3 }, bad: SLOW },
  { name: 'trafficShare', options: {}, bad: FAILS },
  { name: 'restarts', options: {}, bad: RESTARTS },
  { name: 'outOfMemoryKills', options: {}, bad: { ...RESTARTS, restartReason: 'OOMKilled' } },
  { name: 'saturation', options: { resource: 'memory', atMost: 0.9 }, bad: FULL },
  { name: 'burnRate', options: { objective: 0.99, atMost: 4, shortWindow: '2m' }, bad: FAILS },
  { name: 'sequentialTest', options: {}, bad: FAILS },
  { name: 'sequentialLatencyTest', options: {}, bad: SLOW },
  { name: 'query', options: { query: QUERY, threshold: { atMost: 60 } }, bad: FAILS },
];

const { values: given } = parseArgs({
  options: { seeds: { type: 'string', default: '20' }, only: { type: 'string' } },
});
const SEEDS = Number(given.seeds);

/** Less likely than this, a count is not chance any more. There are two counts for each check. */
const TOO_UNLIKELY = 0.001;

/** JSON merge patch (RFC 7386). */
function merged(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const base = target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete base[key];
    else base[key] = merged(base[key], value);
  }
  return base;
}

function manifestsIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.ya?ml$/.test(name))
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((one) => one.toJS()));
}

function verify({ name, options, bad }, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'canary.yaml'),
    JSON.stringify({
      apiVersion: 'cdk8s-canary.dev/v1',
      kind: 'CanaryApp',
      metadata: { name: 'orders', namespace: 'shop' },
      spec: {
        image: 'registry.example.com/orders:2.0.0',
        port: 8080,
        prometheus: 'http://prometheus.monitoring:9090',
        replicas: 3,
        checks: [{ [name]: options }],
        steps: [{ setWeight: 50 }, 'analysis'],
      },
    }),
  );
  writeFileSync(join(folder, 'profile.yaml'), JSON.stringify({ ...WORLD, ...bad }));
  const made = runProduct(['synth', 'canary.yaml', '-o', 'made'], folder);
  if (made.status !== 0) throw new Error(`synth: ${made.stderr}`);
  const asked = runProduct(
    ['simulate', 'made', '--profile', 'profile.yaml', '--suggest', ...GOAL, '-f', 'json'],
    folder,
  );
  if (asked.status !== 0)
    return {
      name,
      refused: asked.stderr
        .trim()
        .split('\n')[0]
        .replace(/^orders: /, ''),
    };
  const [suggestion] = JSON.parse(asked.stdout);
  if (suggestion.byHand.length > 0) throw new Error(`a suggestion that no patch can say: ${suggestion.byHand}`);
  const changed = manifestsIn(join(folder, 'made')).map((manifest) =>
    suggestion.patches
      .filter(({ kind, metadata }) => kind === manifest.kind && metadata.name === manifest.metadata.name)
      .reduce(merged, manifest),
  );
  writeFileSync(join(folder, 'changed.yaml'), changed.map((manifest) => JSON.stringify(manifest)).join('\n---\n'));
  const { errorRate, restartReason, ...others } = bad;
  if (restartReason) others['restart-reason'] = restartReason;
  const scenarios = (version) =>
    Array.from({ length: SEEDS }, (_, i) => ({
      name: `seed ${i + 1}`,
      version,
      seed: 1000 + i,
      // One that is stopped fails the scenario, whether it is aborted or paused.
      expect: 'promoted',
    }));
  const stopped = (version) => {
    const { rps, ...rest } = WORLD;
    writeFileSync(
      join(folder, 'suggestion.scenarios.yaml'),
      JSON.stringify({
        manifests: 'changed.yaml',
        traffic: { rps, ...rest },
        person: '5m',
        scenarios: scenarios(version),
      }),
    );
    const tested = runProduct(['test', 'suggestion.scenarios.yaml', '--engine', 'prometheus', '-f', 'json'], folder);
    if (tested.status === 2) throw new Error(`test: ${tested.stderr}`);
    const results = JSON.parse(tested.stdout);
    const broken = results.find(({ status }) => status === 'broken');
    if (broken) throw new Error(`test: ${broken.problems.join('; ')}`);
    return results.filter(({ status }) => status === 'failed').length;
  };
  return {
    name,
    suggestion,
    caught: stopped({ fails: errorRate, ...others }),
    alarms: stopped({ fails: WORLD.baselineErrorRate }),
  };
}

/** The chance of at most so many of n, each with probability p. */
function atMost(count, n, p) {
  let sum = 0;
  let term = (1 - p) ** n;
  if (p >= 1) return count >= n ? 1 : 0;
  for (let i = 0; i <= count; i++) {
    sum += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return Math.min(1, sum);
}

/** Whether what was counted can be chance, if the ends of the promised intervals are true. */
function holds({ suggestion, caught, alarms }) {
  const enough = atMost(caught, SEEDS, suggestion.caught.low) >= TOO_UNLIKELY;
  const few = alarms === 0 || 1 - atMost(alarms - 1, SEEDS, suggestion.falseAlarm.high) >= TOO_UNLIKELY;
  return enough && few;
}

const percent = (value) => `${(100 * value).toFixed(value > 0 && value < 0.1 ? 2 : 1)} %`;
const interval = ({ value, low, high }) => (low === high ? percent(value) : `${percent(low)} to ${percent(high)}`);

function table(results) {
  const rows = results.map((one) => {
    if (one.refused) return `| ${one.name} | refused | | | | |`;
    const { caught, falseAlarm, seconds } = one.suggestion;
    const verdict = holds(one) ? 'holds' : 'DOES NOT HOLD';
    return `| ${one.name} | ${Math.round(seconds / 6) / 10} min | ${interval(caught)} | ${one.caught} of ${SEEDS} | ${interval(falseAlarm)} | ${one.alarms} of ${SEEDS} | ${verdict} |`;
  });
  const reasons = results.flatMap(({ name, refused }) =>
    refused ? [`- ${name}: ${refused.replace(/[|<]/g, '\\$&')}`] : [],
  );
  const held = results.filter((one) => one.suggestion && holds(one)).length;
  return [
    `${results.length} checks: ${held} suggestions hold, ${results.length - held - reasons.length} do not, ${reasons.length} refused. The bad version fails ${percent(FAILS.errorRate)} of its requests, or takes ${SLOW.latency.p50} s (p50) and ${SLOW.latency.p99} s (p99), or restarts ${RESTARTS.restarts} times an hour in each pod, or uses ${percent(FULL.saturation)} of its limits; a healthy one fails ${percent(WORLD.baselineErrorRate)}; ${WORLD.rps} requests/s.`,
    '',
    '| check | to promotion | bad versions stopped: promised | seen | healthy versions stopped: promised | seen | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => (row.includes('| refused |') ? row.replace(/\| refused \|.*/, '| | | | | | refused |') : row)),
    ...(reasons.length > 0 ? ['', 'Reasons of the refusals:', '', ...reasons] : []),
  ].join('\n');
}

const only = given.only?.split(',');
const root = mkdtempSync(join(tmpdir(), 'cdk8s-canary-suggestions-'));
try {
  const results = [];
  for (const one of CASES.filter(({ name }) => !only || only.includes(name))) {
    const result = verify(one, join(root, one.name));
    results.push(result);
    console.error(
      result.refused
        ? `${one.name}: refused: ${result.refused}`
        : `${one.name}: ${result.caught} caught (promised ${interval(result.suggestion.caught)}), ${result.alarms} false alarms (promised ${interval(result.suggestion.falseAlarm)}); ${holds(result) ? 'holds' : 'DOES NOT HOLD'}`,
    );
  }
  const shown = table(results);
  process.stdout.write(`${shown}\n`);
  const text = readFileSync(PAGE, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (!only && from >= 0 && to > from) {
    writeFileSync(PAGE, `${text.slice(0, from)}${BEGIN}\n\n${shown}\n\n${text.slice(to)}`);
  }
  process.exitCode = results.every((one) => one.refused || holds(one)) ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
