// Simulates 100,000 updates of ten-step plans, on one core: how long that keeps the core busy. Whole plans with their
// analyses, scraped every 15 s and every 30 s, healthy versions (the longest way) and bad ones.
// `npm run build && node bench/simulate/main.mjs [--write] [--runs=100000]`; --write puts the table into
// docs/performance.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const require = createRequire(import.meta.url);
const { Simulator } = require('../../lib/src/simulate/index.js');
const { wholeProfile } = require('../../lib/src/traffic-model/index.js');
const flags = process.argv.slice(2);
const RUNS = Number(flags.find((flag) => flag.startsWith('--runs='))?.slice(7) ?? 100_000);
/** Seconds that 100,000 updates may keep one core busy. */
const ASKED = 2;

const CANARY = '{rollouts_pod_template_hash="canary-pod-template-hash"';
const SUCCESS = `sum(rate(http_requests_total${CANARY},code!~"5.."}[2m])) / sum(rate(http_requests_total${CANARY}}[2m]))`;
const FAILURES = `sum(increase(http_requests_total${CANARY},code=~"5.."}[5m])) or vector(0)`;
const metric = (given) => ({
  name: 'errors',
  failureLimit: 0,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 4,
  consecutiveSuccessLimit: 0,
  dryRun: false,
  provider: 'prometheus',
  ...given,
});
const ratio = { query: SUCCESS, successCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] >= 0.99' };
const analysis = (given) => ({ templates: ['errors'], metrics: [metric(given)] });
const WEIGHTS = [5, 10, 20, 50, 80];
const plan = (second, background) => ({
  name: 'checkout',
  replicas: 10,
  steps: WEIGHTS.flatMap((setWeight) => [{ setWeight }, second]),
  trafficRouting: 'istio',
  maxSurge: 3,
  maxUnavailable: 2,
  maxTrafficWeight: 100,
  dynamicStableScale: false,
  minReadySeconds: 0,
  progressDeadlineSeconds: 600,
  progressDeadlineAbort: false,
  scaleDownDelaySeconds: 30,
  paused: false,
  waitsForAllPods: false,
  background,
});
const PLANS = [
  [
    'five weights, each with a count of failures over 5 min',
    plan({ analysis: analysis({ query: FAILURES, successCondition: 'result[0] <= 50', initialDelay: 300, count: 1 }) }),
  ],
  [
    'five weights, each with five success ratios a minute apart',
    plan({ analysis: analysis({ ...ratio, interval: 60, count: 5, failureLimit: 3 }) }),
  ],
  [
    'five weights, pauses of 5 min, a success ratio every minute in the background',
    plan(
      { pause: { seconds: 300 } },
      { startingStep: 1, analysis: analysis({ ...ratio, interval: 60, failureLimit: 3 }) },
    ),
  ],
];
const WORLDS = [
  ['healthy, 20 rps', { rps: 20, errorRate: 0.001 }],
  ['healthy, 20 rps, scraped every 15 s', { rps: 20, errorRate: 0.001, scrapeInterval: 15 }],
  ['healthy, 1,000 rps', { rps: 1000, errorRate: 0.001 }],
  ['fails 2 %, 20 rps', { rps: 20, errorRate: 0.02 }],
];

const rows = PLANS.flatMap(([words, rollout]) =>
  WORLDS.map(([world, given]) => {
    const simulator = new Simulator(rollout);
    const profile = wholeProfile(given);
    simulator.sample(profile, 2000, 7);
    const busy = process.cpuUsage();
    const { counts } = simulator.sample(profile, RUNS, 1);
    const { user, system } = process.cpuUsage(busy);
    const seconds = ((user + system) / 1e6) * (100_000 / RUNS);
    console.error(`${words}; ${world}: ${seconds.toFixed(2)} s`);
    return { words, world, seconds, promoted: counts.promoted / RUNS };
  }),
);
const worst = Math.max(...rows.map(({ seconds }) => seconds));
const report = [
  `Measured on ${cpus()[0].model.trim()}, one core; Node ${process.version}; load ${loadavg()[0].toFixed(1)} while measuring; ${new Date().toISOString().slice(0, 10)}, by \`npm run build && node bench/simulate/main.mjs${flags.map((flag) => ` ${flag}`).join('')}\`. Seconds that the core was busy with 100,000 updates.`,
  '',
  '| plan of ten steps | world | promoted | seconds |',
  '| --- | --- | ---: | ---: |',
  ...rows.map(
    ({ words, world, seconds, promoted }) =>
      `| ${words} | ${world} | ${(100 * promoted).toFixed(1)} % | ${seconds.toFixed(2)} |`,
  ),
  '',
  `Asked: at most ${ASKED} s each. The slowest takes ${worst.toFixed(2)} s.`,
].join('\n');
console.log(report);
if (flags.includes('--write')) {
  const page = join(HERE, '../../docs/performance.md');
  const text = readFileSync(page, 'utf8');
  writeFileSync(page, text.replace(/(<!-- simulate -->\n)[^]*?(\n<!-- \/simulate -->)/, `$1\n${report}\n$2`));
}
if (worst > ASKED) process.exitCode = 1;
