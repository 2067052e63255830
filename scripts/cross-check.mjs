// Tries every check of the catalogue and every shape of query in both engines, before a real Prometheus, and puts the
// matrix into docs/conformance.md. `node scripts/cross-check.mjs [NAMES [SEED]]`: other names of apps, another first seed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const GUIDE = join(ROOT, 'docs/conformance.md');
const [BEGIN, END] = ['<!-- cross-check: begin -->', '<!-- cross-check: end -->'];

const word = (verdict) => (verdict === 'right' ? 'right' : 'refused' in verdict ? 'refused' : 'WRONG');

/** One line for each check or shape, one column for each source. */
function matrix(rows) {
  const lines = ['| what is measured | where | within its limit | beyond its limit |', '| --- | --- | --- | --- |'];
  const groups = new Map();
  for (const row of rows) {
    const key = `${row.what}|${row.source}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  for (const group of groups.values()) {
    const [{ what, source }] = group;
    const cell = (row) => (row ? `simulate ${word(row.simulate)}, rehearse ${word(row.rehearse)}` : 'not run');
    // One alone is left where the other ran into the time limit.
    const [beyond, within] = group.length > 1 || group[0].truth === 'aborted' ? group : [undefined, group[0]];
    lines.push(`| ${what} | ${source} | ${cell(within)} | ${cell(beyond)} |`);
  }
  const refusals = new Set(
    rows.flatMap(({ simulate, rehearse }) => [simulate, rehearse].flatMap((one) => one.refused ?? [])),
  );
  const count = (wanted) =>
    rows.flatMap(({ simulate, rehearse }) => [simulate, rehearse]).filter((one) => word(one) === wanted).length;
  return [
    `${2 * rows.length} verdicts: ${count('right')} right, ${count('refused')} refused, ${count('WRONG')} wrong. Names of the apps: ${[...new Set(rows.map(({ name }) => name))].join(', ')}.`,
    '',
    ...lines,
    '',
    'Reasons of the refusals:',
    '',
    ...[...refusals].map((reason) => `- ${reason.replace(/[|<]/g, '\\$&')}`),
  ].join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-cross-check-'));
try {
  const file = process.env.FIGURES_MATRIX ?? join(folder, 'matrix.json');
  let status = 0;
  if (process.env.FIGURES_MATRIX === undefined) {
    const [names, seed] = process.argv.slice(2);
    ({ status } = spawnSync('npx', ['jest', 'test/figures'], {
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
  const shown = matrix(JSON.parse(readFileSync(file, 'utf8')));
  process.stdout.write(`${shown}\n`);
  const text = readFileSync(GUIDE, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from >= 0 && to > from) writeFileSync(GUIDE, `${text.slice(0, from)}${BEGIN}\n\n${shown}\n\n${text.slice(to)}`);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
