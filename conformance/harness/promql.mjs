// Item 6: the linter refuses the same queries as Prometheus's own parser and, where it is installed, promtool.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { keptCases } from './kept.mjs';
import { Oracle, PROMETHEUS_3, pathOf } from './oracles.mjs';
import { query as anyQuery } from './promql-corpus.mjs';

const require = createRequire(import.meta.url);
const PROMTOOL = process.env.PROMTOOL ?? 'promtool';
/** The release whose parser conformance/prometheus is built from. */
const PARSER = '3.13.1';

/** Why we refuse a query for a release that runs without feature flags; empty where we do not. */
function oursOf(query, release) {
  const { parsePromql, promqlProblems, languageUses, unknownTo } = require('../../lib/src/promql');
  const parsed = parsePromql(query);
  const message = (parsed.errors[0] ?? promqlProblems(parsed)[0])?.message;
  if (message !== undefined) return message;
  const unknown = unknownTo(release, languageUses(parsed));
  return unknown ? `${unknown.use.what}: ${unknown.availability} in ${release}` : '';
}

/** The release of a promtool; undefined where it does not run. */
function releaseOf(promtool) {
  const { status, stdout, stderr } = spawnSync(promtool, ['--version'], { encoding: 'utf8' });
  return status === 0 ? /version (\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1] : undefined;
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

/** What a promtool says of each query as a recording rule. */
export function promtoolVerdicts(queries, promtool) {
  const folder = mkdtempSync(join(tmpdir(), 'promql-'));
  try {
    const file = join(folder, 'rules.yaml');
    const rules = queries.map((expr, i) => ({ record: `r${i}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
    const { stderr, stdout } = spawnSync(promtool, ['check', 'rules', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
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
  const figures = { queries: queries.length, agree: 0 };
  const disagreements = [];
  queries.forEach((query, i) => {
    let agree = true;
    for (const { name, release, verdicts } of judges) {
      const ours = oursOf(query, release);
      const key = `${name} ${release}: ${ours === '' ? 'accepted' : 'refused'}`;
      figures[key] = (figures[key] ?? 0) + 1;
      if ((verdicts[i] === '') === (ours === '')) continue;
      agree = false;
      const text = `${clip(query)}\n  ours:     ${ours || 'accepted'}\n  ${name} ${release}: ${verdicts[i] || 'accepted'}`;
      disagreements.push({ agree: false, text });
    }
    if (agree) figures.agree++;
  });
  return { figures, disagreements };
}

export async function promql({ count, seed, only }) {
  const kept = keptCases('promql', only);
  const random = only ? [] : fc.sample(anyQuery, { numRuns: count, seed });
  const queries = [...kept.map(({ query }) => query), ...random];
  const judges = [{ name: 'parser', release: PARSER, verdicts: await parserVerdicts(queries) }];
  for (const promtool of [PROMTOOL, pathOf(`promtool-${PROMETHEUS_3}`)]) {
    const release = releaseOf(promtool);
    if (release !== undefined) {
      judges.push({ name: 'promtool', release, verdicts: promtoolVerdicts(queries, promtool) });
    }
  }
  const { figures, disagreements } = compare(queries, judges);
  if (!only) return { figures, disagreements };
  const [query] = queries;
  const said = judges.map(
    ({ name, release, verdicts: all }) =>
      `  ${name} ${release}: ${all[0] || 'accepted'} (ours: ${oursOf(query, release) || 'accepted'})`,
  );
  const text = [query, ...said].join('\n');
  return { figures, disagreements: [{ agree: disagreements.length === 0, text }] };
}
