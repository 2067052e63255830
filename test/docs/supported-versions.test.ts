import { readFileSync } from 'node:fs';
import { SYSTEMS, fieldChanges } from '../../src/versions';

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

test('the page has the fields that releases add and remove, except those of pod templates', () => {
  for (const { path } of fieldChanges()) expect(page.includes(`\`${path}\``)).toBe(!path.includes('template.spec'));
});
