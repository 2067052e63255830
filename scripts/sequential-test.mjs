// Measures how often `sequentialTest` stops a healthy version while traffic, weights and error rates change over an update, and
// how often it finds a bad one. With --write, the table goes into docs/guide/analysis.md.
//
//   node scripts/sequential-test.mjs [--runs 10000] [--write]
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

const option = (name) => process.argv.indexOf(`--${name}`);
const runs = option('runs') < 0 ? 10_000 : Number(process.argv[option('runs') + 1]);
const badRuns = Math.max(100, runs / 20);
const percent = (count, of) => `${((100 * count) / of).toFixed(2)} %`;
/** The upper end of the 95 % interval, by Wilson. */
function upper(count, of) {
  const [p, z2] = [count / of, 1.96 ** 2];
  return (p + z2 / (2 * of) + 1.96 * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of))) / (1 + z2 / of);
}
const rows = CASES.map(([what, day]) => {
  let [healthy, bad] = [0, 0];
  for (let i = 0; i < runs; i++) healthy += alarmed(day, 1);
  for (let i = 0; i < badRuns; i++) bad += alarmed(day, 3);
  return [what, percent(healthy, runs), `${(100 * upper(healthy, runs)).toFixed(2)} %`, percent(bad, badRuns)];
});
const heads = [
  'an hour with',
  `a healthy version is stopped (${runs.toLocaleString('en')} updates)`,
  'at most (95 %)',
  `one that fails three times as often is stopped (${badRuns.toLocaleString('en')} updates)`,
];
const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
const table = [line(heads), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join(
  '\n',
);
process.stdout.write(`${table}\n`);
if (option('write') >= 0) {
  const [begin, end] = ['<!-- sequential-test: begin -->', '<!-- sequential-test: end -->'];
  const text = readFileSync(GUIDE, 'utf8');
  writeFileSync(
    GUIDE,
    `${text.slice(0, text.indexOf(begin) + begin.length)}\n\n${table}\n\n${text.slice(text.indexOf(end))}`,
  );
}
