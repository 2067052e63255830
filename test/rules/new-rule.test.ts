import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import type { Rule } from '../../src/rules';
import { findingsOf } from './describe-rule';

const ROOT = resolve(__dirname, '../..');

/** A copy of the sources inside the project, so that the new files find the packages that they import. */
let root: string;
beforeAll(() => {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  root = mkdtempSync(join(ROOT, 'build', 'new-rule-'));
  for (const folder of [
    'src/expr',
    'src/formats',
    'src/graph',
    'src/promql',
    'src/rules',
    'src/versions',
    'test/rules',
  ])
    if (existsSync(join(ROOT, folder))) cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const scaffold = (...args: string[]): { status: number | null; stderr: string } =>
  spawnSync(process.execPath, [join(ROOT, 'scripts/new-rule.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, NEW_RULE_ROOT: root },
  });

test('scaffolds a rule with its example and a test, and lists it', () => {
  expect(scaffold('PRM999', 'many-revisions')).toMatchObject({ status: 0, stderr: '' });
  const index = readFileSync(join(root, 'src/rules/promql/index.ts'), 'utf8');
  expect(index).toContain("import { manyRevisions } from './prm999-many-revisions';");
  expect(index).toMatch(/ {2}manyRevisions,\n\];\n$/);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is made by the test
  const { manyRevisions } = require(join(root, 'src/rules/promql/prm999-many-revisions')) as { manyRevisions: Rule };
  expect(findingsOf(manyRevisions, manyRevisions.bad)).toHaveLength(1);
  expect(findingsOf(manyRevisions, manyRevisions.good)).toEqual([]);
  for (const file of [
    'src/rules/promql/prm999-many-revisions.ts',
    'src/rules/promql/index.ts',
    'test/rules/prm999.test.ts',
  ]) {
    const { diagnostics } = ts.transpileModule(readFileSync(join(root, file), 'utf8'), { reportDiagnostics: true });
    expect(diagnostics).toEqual([]);
  }
});

test.each([
  [['PRM001', 'again'], 'PRM001 is taken by prm001-query-does-not-parse.ts'],
  [['XYZ001', 'name'], "'XYZ001' is not a code"],
  [['PRM998', 'Not A Name'], "'Not A Name' is not a name"],
])('refuses %j', (args, message) => {
  const { status, stderr } = scaffold(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
