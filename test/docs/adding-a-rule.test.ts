import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const text = readFileSync(join(ROOT, 'docs/adding-a-rule.md'), 'utf8');
const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, one]) => one);

const sources = [...filesIn('src'), 'test/rules/describe-rule.ts']
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  .join('\n');

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file));
}

describe('docs/adding-a-rule.md names what exists', () => {
  const paths = code.filter((one) => /^(?:src|test|scripts|docs)\/[\w./-]+$/.test(one));
  test.each([...new Set(paths)])('the path %s', (path) => expect(existsSync(join(ROOT, path))).toBe(true));

  const names = code.flatMap((one) => /^([a-z]+[A-Z]\w*)(?:\(.*\))?$/.exec(one)?.[1] ?? []);
  test('in more than ten places', () => expect(names.length).toBeGreaterThan(10));
  test.each([...new Set(names)])('the name %s', (name) => expect(sources).toMatch(new RegExp(`\\b${name}\\b`)));
});
