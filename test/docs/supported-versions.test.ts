import { readFileSync } from 'node:fs';
import { SAME_IN_ALL, SYSTEMS, fieldChanges } from '../../src/versions';

const page = readFileSync('docs/supported-versions.md', 'utf8');

const plain = (text: string): string => text.replace(/[\s\\|]+/g, ' ').toLowerCase();

test.each(Object.values(SYSTEMS).map((system) => [system.title, system] as const))(
  'the page has what %s does in each release, with its source',
  (_, { title, entries }) => {
    const at = page.indexOf(`## ${title}\n`);
    expect(at).toBeGreaterThan(0);
    const section = plain(page.slice(at, page.indexOf('\n## ', at + 4)));
    for (const { what, changes, source } of entries) {
      for (const text of [what, source, ...changes.map(({ words }) => words)]) expect(section).toContain(plain(text));
    }
  },
);

test('the page has what no release changes, and a source in every row', () => {
  for (const { words, source } of SAME_IN_ALL) expect(plain(page)).toContain(plain(`${words} | ${source}`));
  const tables = page.split('## Fields of Argo Rollouts')[0].split('\n');
  const rows = tables.filter((line) => /^\|/.test(line) && !/^\| (what|---|-)/.test(line) && !/^\| -/.test(line));
  expect(rows.length).toBeGreaterThan(90);
  expect(rows.filter((line) => /\|\s*\|$/.test(line))).toEqual([]);
});

test('the page has the fields that releases add and remove, except those of pod templates and subsets', () => {
  const changes = (['argoRollouts', 'istio', 'prometheusOperator'] as const).flatMap(fieldChanges);
  for (const { path } of changes) expect(page.includes(`\`${path}\``)).toBe(!/template\.spec|subsets\[\]/.test(path));
});
