// Measures how often `sequentialTest` and `sequentialLatencyTest` stop a healthy version while traffic, weights, error rates and
// latencies change over an update, and how often they find a bad one. With --write, the tables go into docs/guide/analysis.md.
//
//   node scripts/sequential-test.mjs [--runs 10000] [--only failures|latencies] [--write]
import { readFileSync, writeFileSync } from 'node:fs';

const LIMIT = Math.log(1 / 0.01);
const ODDS = [1.5, 2.5, 6, 20];
/** Seconds. A slot has four scrapes, of which three intervals are seen. */
const [SCRAPE, SLOT, LENGTH] = [30, 120, 3600];
const SEEN = 1 - SCRAPE / SLOT;
const LEAST = 30;
const GUIDE = new URL('../docs/guide/analysis.md', import.meta.url);

/** Numbers between 0 and 1, the same at each run. */
let state = 1;
function uniform() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

function poisson(mean) {
  if (mean > 60) {
    const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const end = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > end || count < 0; product *= uniform()) count++;
  return Math.max(0, count);
}

/** The growth of a counter over a slot, as increase() extrapolates it from the scrapes in it. */
function increase(values, times, end, begun) {
  const inside = times.map((_, i) => i).filter((i) => times[i] > end - SLOT && times[i] <= end && times[i] >= begun);
  if (inside.length < 2) return undefined;
  const [first, last] = [inside[0], inside[inside.length - 1]];
  const grown = values[last] - values[first];
  const sampled = times[last] - times[first];
  const average = sampled / (inside.length - 1);
  let toStart = times[first] - (end - SLOT);
  let toEnd = end - times[last];
  if (toStart >= 1.1 * average) toStart = average / 2;
  if (grown > 0) toStart = Math.min(toStart, (sampled * values[first]) / grown);
  if (toEnd >= 1.1 * average) toEnd = average / 2;
  return (grown * (sampled + toStart + toEnd)) / sampled;
}

/** Whether the check fails at least once in an update. */
function alarmed({ rps, weight, fails }, factor) {
  const phase = uniform() * SCRAPE;
  const times = [];
  const counts = { canary: { requests: [], failures: [] }, stable: { requests: [], failures: [] } };
  for (let at = phase; at <= LENGTH; at += SCRAPE) {
    const part = at / LENGTH;
    times.push(at);
    for (const [version, share, times] of [
      ['canary', weight(part), factor],
      ['stable', 1 - weight(part), 1],
    ]) {
      const { requests, failures } = counts[version];
      const mean = rps(part) * share * SCRAPE;
      const bad = poisson(mean * Math.min(1, fails(part) * times));
      // The stable version's counters are far from 0 already.
      const start = version === 'stable' ? 1e6 : 0;
      failures.push((failures.at(-1) ?? start) + bad);
      requests.push((requests.at(-1) ?? start) + bad + poisson(mean * (1 - Math.min(1, fails(part) * times))));
    }
  }
  const evidence = ODDS.map(() => 0);
  let [own, others] = [0, 0];
  for (let end = SLOT; end <= LENGTH; end += SLOT) {
    const of = (version, what) => increase(counts[version][what], times, end, 0);
    const [mine, rest] = [of('canary', 'requests'), of('stable', 'requests')];
    if (mine === undefined || rest === undefined || mine + rest === 0) continue;
    own += mine;
    others += rest;
    const bad = of('canary', 'failures');
    const all = bad + of('stable', 'failures');
    const share = mine / (mine + rest);
    ODDS.forEach((odds, i) => (evidence[i] += bad * Math.log(odds) - all * Math.log(1 + (odds - 1) * share)));
    const value = Math.max(...evidence) * SEEN - Math.log(ODDS.length);
    if (own >= LEAST && others >= LEAST && value >= LIMIT) return true;
  }
  return false;
}

/** The bounds of the histogram in seconds, and the odds of `sequentialLatencyTest`. */
const BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity];
const LATENCY_ODDS = [1.5, 4];

/** The normal distribution, by Abramowitz and Stegun 26.2.17. */
function normal(x) {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}

/** The parts of the requests that fall into each bucket: latencies are lognormal, and some requests wait for a timeout. */
function buckets({ median, spread, waits = 0 }, factor) {
  const within = BOUNDS.map((bound) => {
    const fast = bound === Infinity ? 1 : normal(Math.log(bound / (median * factor)) / spread);
    const slow = bound >= 2 * factor ? 1 : 0;
    return (1 - waits) * fast + waits * slow;
  });
  return within.map((part, i) => Math.max(0, part - (within[i - 1] ?? 0)));
}

/** Whether the latency check fails at least once in an update whose canary takes `factor` times as long. */
function latencyAlarmed({ rps, weight, latency }, factor) {
  const phase = uniform() * SCRAPE;
  const times = [];
  // Cumulative by bound, as a histogram is exposed; the last one counts all requests.
  const counts = { canary: BOUNDS.map(() => []), stable: BOUNDS.map(() => []) };
  for (let at = phase; at <= LENGTH; at += SCRAPE) {
    const part = at / LENGTH;
    times.push(at);
    for (const [version, share, slower] of [
      ['canary', weight(part), factor],
      ['stable', 1 - weight(part), 1],
    ]) {
      const mean = rps(part) * share * SCRAPE;
      // Independent Poisson counts are multinomial, given their sum.
      let within = 0;
      buckets(latency(part), slower).forEach((probability, i) => {
        within += mean * probability > 0 ? poisson(mean * probability) : 0;
        const series = counts[version][i];
        series.push((series.at(-1) ?? (version === 'stable' ? 1e6 * (i + 1) : 0)) + within);
      });
    }
  }
  const evidence = BOUNDS.map(() => LATENCY_ODDS.map(() => 0));
  let [own, others] = [0, 0];
  for (let end = SLOT; end <= LENGTH; end += SLOT) {
    const of = (version) => counts[version].map((series) => increase(series, times, end, 0));
    const [mine, rest] = [of('canary'), of('stable')];
    const [requests, further] = [mine.at(-1), rest.at(-1)];
    if (requests === undefined || further === undefined || requests + further === 0) continue;
    own += requests;
    others += further;
    const share = requests / (requests + further);
    BOUNDS.forEach((_, i) => {
      const slow = requests - mine[i];
      const all = slow + further - rest[i];
      LATENCY_ODDS.forEach((odds, j) => {
        evidence[i][j] += slow * Math.log(odds) - all * Math.log(1 + (odds - 1) * share);
      });
    });
    const terms = evidence.flat().map((value) => Math.exp(Math.min(700, value * SEEN)));
    const value = Math.log(terms.reduce((sum, one) => sum + one, 0) / terms.length);
    if (own >= LEAST && others >= LEAST && value >= LIMIT) return true;
  }
  return false;
}

const always = (value) => () => value;
const staged = (part) => (part < 1 / 3 ? 0.1 : part < 2 / 3 ? 0.25 : 0.5);
const CASES = [
  ['steady: 20 requests/s, weight 10 %, 1 % fail', { rps: always(20), weight: always(0.1), fails: always(0.01) }],
  ['weights 10, 25, 50 %', { rps: always(20), weight: staged, fails: always(0.01) }],
  ['the same, failures rise from 0.2 to 4 %', { rps: always(20), weight: staged, fails: (t) => 0.002 + 0.038 * t }],
  ['the same, failures fall from 4 to 0.2 %', { rps: always(20), weight: staged, fails: (t) => 0.04 - 0.038 * t }],
  [
    'the same, an upstream fails 30 % for 6 min at the last weight',
    { rps: always(20), weight: staged, fails: (t) => (t > 0.8 && t < 0.9 ? 0.3 : 0.002) },
  ],
  [
    'traffic from 40 to 2 requests/s, failures rise to 4 %',
    { rps: (t) => 40 - 38 * t, weight: staged, fails: (t) => 0.002 + 0.038 * t },
  ],
  [
    'traffic from 2 to 40 requests/s, failures rise to 4 %',
    { rps: (t) => 2 + 38 * t, weight: staged, fails: (t) => 0.002 + 0.038 * t },
  ],
  ['1 request/s, 2 % fail', { rps: always(1), weight: staged, fails: always(0.02) }],
];

const USUAL = { median: 0.08, spread: 0.8 };
const LATENCY_CASES = [
  [
    'steady: 20 requests/s, weight 10 %, median 80 ms',
    { rps: always(20), weight: always(0.1), latency: always(USUAL) },
  ],
  ['weights 10, 25, 50 %', { rps: always(20), weight: staged, latency: always(USUAL) }],
  [
    'the same, the median rises from 80 to 400 ms',
    { rps: always(20), weight: staged, latency: (t) => ({ median: 0.08 + 0.32 * t, spread: 0.8 }) },
  ],
  [
    'the same, the median falls from 400 to 80 ms',
    { rps: always(20), weight: staged, latency: (t) => ({ median: 0.4 - 0.32 * t, spread: 0.8 }) },
  ],
  [
    'the same, 20 % wait 2 s for an upstream for 6 min at the last weight',
    { rps: always(20), weight: staged, latency: (t) => ({ ...USUAL, waits: t > 0.8 && t < 0.9 ? 0.2 : 0 }) },
  ],
  [
    'traffic from 40 to 2 requests/s, the spread grows',
    { rps: (t) => 40 - 38 * t, weight: staged, latency: (t) => ({ median: 0.08, spread: 0.5 + t }) },
  ],
  [
    'traffic from 2 to 40 requests/s, the median rises to 400 ms',
    { rps: (t) => 2 + 38 * t, weight: staged, latency: (t) => ({ median: 0.08 + 0.32 * t, spread: 0.8 }) },
  ],
  ['1 request/s', { rps: always(1), weight: staged, latency: always(USUAL) }],
];

const option = (name) => process.argv.indexOf(`--${name}`);
const runs = option('runs') < 0 ? 10_000 : Number(process.argv[option('runs') + 1]);
const badRuns = Math.max(100, runs / 20);
const percent = (count, of) => `${((100 * count) / of).toFixed(2)} %`;
/** The upper end of the 95 % interval, by Wilson. */
function upper(count, of) {
  const [p, z2] = [count / of, 1.96 ** 2];
  return (p + z2 / (2 * of) + 1.96 * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of))) / (1 + z2 / of);
}
const TESTS = [
  {
    name: 'failures',
    marker: 'sequential-test',
    cases: CASES,
    fails: alarmed,
    factor: 3,
    bad: 'fails three times as often',
  },
  {
    name: 'latencies',
    marker: 'sequential-latency-test',
    cases: LATENCY_CASES,
    fails: latencyAlarmed,
    factor: 2,
    bad: 'takes twice as long',
  },
];

function tableOf({ cases, fails, factor, bad }) {
  const rows = cases.map(([what, day]) => {
    let [healthy, caught] = [0, 0];
    for (let i = 0; i < runs; i++) healthy += fails(day, 1);
    for (let i = 0; i < badRuns; i++) caught += fails(day, factor);
    return [what, percent(healthy, runs), `${(100 * upper(healthy, runs)).toFixed(2)} %`, percent(caught, badRuns)];
  });
  const heads = [
    'an hour with',
    `a healthy version is stopped (${runs.toLocaleString('en')} updates)`,
    'at most (95 %)',
    `one that ${bad} is stopped (${badRuns.toLocaleString('en')} updates)`,
  ];
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(heads), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

const only = option('only') < 0 ? undefined : process.argv[option('only') + 1];
for (const test of TESTS.filter(({ name }) => only === undefined || name === only)) {
  const table = tableOf(test);
  process.stdout.write(`${table}\n`);
  if (option('write') < 0) continue;
  const [begin, end] = [`<!-- ${test.marker}: begin -->`, `<!-- ${test.marker}: end -->`];
  const text = readFileSync(GUIDE, 'utf8');
  writeFileSync(
    GUIDE,
    `${text.slice(0, text.indexOf(begin) + begin.length)}\n\n${table}\n\n${text.slice(text.indexOf(end))}`,
  );
}
