// Tries every check of the catalogue and every shape of query in both engines, before a real Prometheus, and puts the
// matrix into docs/conformance.md. `node scripts/cross-check.mjs [NAMES [SEED]]`: other names of apps, another first seed;
// `--only NAME` (repeatable): only this check or shape; its lines of the matrix are replaced, all others stay.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = resolve(import.meta.dirname, '..');
const GUIDE = join(ROOT, 'docs/conformance.md');
const [BEGIN, END] = ['<!-- cross-check: begin -->', '<!-- cross-check: end -->'];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', multiple: true, default: [] } },
});

const word = (verdict) => (verdict === 'right' ? 'right' : 'refused' in verdict ? 'refused' : 'WRONG');

/** A matrix as it is shown: lines of a table (what, where, within, beyond), and the reasons of refusals. */
function matrixOf(rows) {
  const groups = new Map();
  for (const row of rows) {
    const key = `${row.what}|${row.source}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const lines = [...groups.values()].map((group) => {
    const [{ what, source }] = group;
    const cell = (row) => (row ? `simulate ${word(row.simulate)}, rehearse ${word(row.rehearse)}` : 'not run');
    // One alone is left where the other ran into the time limit.
    const [beyond, within] = group.length > 1 || group[0].truth === 'aborted' ? group : [undefined, group[0]];
    return [what, source, cell(within), cell(beyond)];
  });
  const reasons = rows.flatMap(({ what, simulate, rehearse }) =>
    [simulate, rehearse].flatMap(({ refused }) => (refused ? `${what}: ${refused.replace(/[|<]/g, '\\$&')}` : [])),
  );
  return { lines, reasons: [...new Set(reasons)], names: [...new Set(rows.map(({ name }) => name))] };
}

/** The matrix that the page shows. */
function shownOn(page) {
  const lines = page
    .split('\n')
    .filter((line) => /^\| .*(simulate|not run)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const reasons = page.split('\n').flatMap((line) => (line.startsWith('- ') ? line.slice(2) : []));
  const names = /Names of the apps: (.*)\./.exec(page)?.[1].split(', ') ?? [];
  return { lines, reasons, names };
}

/** The lines of checks that were tried again take the place of the old ones. */
function merged(old, fresh) {
  const tried = new Set(fresh.lines.map(([what]) => what));
  const kept = old.lines.flatMap((line) => {
    if (!tried.has(line[0])) return [line];
    return fresh.lines.filter(([what, source]) => what === line[0] && source === line[1]);
  });
  const known = new Set(old.lines.map(([what, source]) => `${what}|${source}`));
  return {
    lines: [...kept, ...fresh.lines.filter(([what, source]) => !known.has(`${what}|${source}`))],
    reasons: [
      ...old.reasons.filter((reason) => ![...tried].some((what) => reason.startsWith(`${what}: `))),
      ...fresh.reasons,
    ],
    names: [...new Set([...old.names, ...fresh.names])],
  };
}

function textOf({ lines, reasons, names }) {
  const words = lines.flatMap(([, , ...cells]) => cells.join(', ').match(/right|refused|WRONG/g) ?? []);
  const count = (wanted) => words.filter((one) => one === wanted).length;
  return [
    `${words.length} verdicts: ${count('right')} right, ${count('refused')} refused, ${count('WRONG')} wrong. Names of the apps: ${names.join(', ')}.`,
    '',
    '| what is measured | where | within its limit | beyond its limit |',
    '| --- | --- | --- | --- |',
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    'Reasons of the refusals:',
    '',
    ...reasons.map((reason) => `- ${reason}`),
  ].join('\n');
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-cross-check-'));
try {
  const file = process.env.FIGURES_MATRIX ?? join(folder, 'matrix.json');
  const { only } = options;
  let status = 0;
  if (process.env.FIGURES_MATRIX === undefined) {
    const [names, seed] = positionals;
    const wanted = only.length > 0 ? ['-t', `: (${only.map(escaped).join('|')}), `] : [];
    ({ status } = spawnSync('npx', ['jest', 'test/figures/cross-check', ...wanted], {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...process.env,
        FIGURES: 'whole',
        FIGURES_MATRIX: file,
        ...(names ? { FIGURES_NAMES: names } : {}),
        ...(seed ? { FIGURES_SEED: seed } : {}),
      },
    }));
  }
  const page = readFileSync(GUIDE, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${GUIDE} has no place for the matrix`);
  const fresh = matrixOf(JSON.parse(readFileSync(file, 'utf8')));
  const text = textOf(only.length > 0 ? merged(shownOn(page.slice(from, to)), fresh) : fresh);
  process.stdout.write(`${text}\n`);
  writeFileSync(GUIDE, `${page.slice(0, from)}${BEGIN}\n\n${text}\n\n${page.slice(to)}`);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
