// Item 6: the linter refuses the same queries as Prometheus's own parser and, where it is installed, promtool.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { keptCases } from './kept.mjs';
import { Oracle } from './oracles.mjs';
import { query as anyQuery } from './promql-corpus.mjs';

const require = createRequire(import.meta.url);
const PROMTOOL = process.env.PROMTOOL ?? 'promtool';

/** Why we refuse a query; empty where we do not. */
function oursOf(query) {
  const { parsePromql, promqlProblems } = require('../../lib/src/promql');
  const parsed = parsePromql(query);
  return (parsed.errors[0] ?? promqlProblems(parsed)[0])?.message ?? '';
}

/** What Prometheus's own parser says of each query. */
async function parserVerdicts(queries) {
  const oracle = new Oracle('prometheus', 1);
  try {
    const { errors } = await oracle.ask({ kind: 'queries', queries });
    return errors;
  } finally {
    oracle.close();
  }
}

/** What promtool says of each query as a recording rule; undefined where it is not installed. */
export function promtoolVerdicts(queries) {
  if (spawnSync(PROMTOOL, ['--version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'promql-'));
  try {
    const file = join(folder, 'rules.yaml');
    const rules = queries.map((expr, i) => ({ record: `r${i}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
    const { stderr, stdout } = spawnSync(PROMTOOL, ['check', 'rules', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const verdicts = queries.map(() => '');
    const said = stdout + stderr;
    const found = /rule \d+, "r(\d+)": could not parse expression: (.*)/g;
    for (const [, i, message] of said.matchAll(found)) verdicts[Number(i)] ||= message;
    if (!said.includes('SUCCESS') && verdicts.every((one) => one === '')) throw new Error(`promtool: ${said}`);
    return verdicts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const clip = (text) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/** Compares our verdict with that of each judge. */
export function compare(queries, judges) {
  const figures = { queries: queries.length, accepted: 0, refused: 0, agree: 0 };
  const disagreements = [];
  queries.forEach((query, i) => {
    const ours = oursOf(query);
    figures[ours === '' ? 'accepted' : 'refused']++;
    const others = judges.filter(({ verdicts }) => (verdicts[i] === '') !== (ours === ''));
    if (others.length === 0) figures.agree++;
    for (const { name, verdicts } of others) {
      const text = `${clip(query)}\n  ours:     ${ours || 'accepted'}\n  ${name}: ${verdicts[i] || 'accepted'}`;
      disagreements.push({ agree: false, text });
    }
  });
  return { figures, disagreements };
}

export async function promql({ count, seed, only }) {
  const kept = keptCases('promql', only);
  const random = only ? [] : fc.sample(anyQuery, { numRuns: count, seed });
  const queries = [...kept.map(({ query }) => query), ...random];
  const judges = [{ name: 'prometheus', verdicts: await parserVerdicts(queries) }];
  const verdicts = promtoolVerdicts(queries);
  if (verdicts) judges.push({ name: 'promtool', verdicts });
  const { figures, disagreements } = compare(queries, judges);
  if (!only) return { figures: { ...figures, promtool: verdicts ? 'asked' : 'not installed' }, disagreements };
  const [query] = queries;
  const said = judges.map(({ name, verdicts: all }) => `  ${name}: ${all[0] || 'accepted'}`);
  const text = [query, `  ours: ${oursOf(query) || 'accepted'}`, ...said].join('\n');
  return { figures, disagreements: [{ agree: disagreements.length === 0, text }] };
}
