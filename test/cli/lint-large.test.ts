import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceFile } from '../../src/formats/source';
import { TextOnDisk } from '../../src/formats/text-on-disk';
import { loadManifests } from '../../src/graph';
import { RULES } from '../../src/rules';
import { folderWith, runCli } from './run-cli';

/** More characters than are kept in memory. */
const LARGE = 17 * 1024 * 1024;
const filler = (nth: number): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: data-${nth}
  namespace: shop
data:
  text: ${'x'.repeat(LARGE / 4)}
`;
/** A Rollout that refers to an analysis that does not exist. */
const rollout = (comment = ''): string =>
  RULES.find(({ code }) => code === 'REF004')!
    .bad.split('---')[0]
    .replace('templateName: checkout-eror', `$&${comment}`);
const broken = rollout().replace('spec:', 'spec: [');
const json = `{"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "json", "namespace": "shop"},
"spec": {"strategy": {"canary": {"canaryServce": "checkout-canary-of-the-shop"}}}}`;

/** The large files come before or after the others, which so are read again, or are kept. */
const repo = (before: boolean): string =>
  folderWith({
    ...Object.fromEntries([1, 2, 3, 4, 5].map((nth) => [`${before ? 'a' : 'z'}/${nth}.yaml`, filler(nth)])),
    'm/rollout.yaml': rollout(),
    'm/suppressed.yaml': rollout(' # cdk8s-canary-ignore REF004: it is made by hand').replaceAll(
      'checkout',
      'payments',
    ),
    'm/broken.yaml': broken,
    'm/json.json': json,
  });

/** As if the files had been there for a while: of files that were written just now, a later change might not show. */
const settled = (): jest.SpyInstance => {
  const { now } = Date;
  return jest.spyOn(Date, 'now').mockImplementation(() => now() + 10_000);
};

describe('a repository of which not all texts are kept in memory', () => {
  afterEach(() => jest.restoreAllMocks());

  test('has the same report as one whose texts are kept', async () => {
    settled();
    const reads = jest.spyOn(TextOnDisk.prototype, 'text');
    const kept = await runCli(['lint', repo(false), '--ignore', 'SCH006']);
    expect(reads).not.toHaveBeenCalled();
    const again = await runCli(['lint', repo(true), '--ignore', 'SCH006']);
    expect(reads).toHaveBeenCalled();
    const plain = ({ out }: { readonly out: string }): string => out.replaceAll(/\/\S*\/(?=m\/)/g, '');
    expect(plain(again)).toBe(plain(kept));
    expect(plain(again)).toContain('- templateName: checkout-eror\n');
    expect(plain(again)).not.toContain('payments-eror');
  });

  test('is refused if a file changes while it is linted, and nothing is reported', async () => {
    settled();
    const folder = repo(true);
    const { text } = TextOnDisk.prototype;
    jest.spyOn(TextOnDisk.prototype, 'text').mockImplementationOnce(function (this: TextOnDisk) {
      appendFileSync(join(folder, 'm/rollout.yaml'), '# more\n');
      return text.call(this);
    });
    const { code, out, err } = await runCli(['lint', folder]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('m/rollout.yaml changed while it was being read; run the command again');
  });
});

describe('a text that is read again', () => {
  afterEach(() => jest.restoreAllMocks());

  test('is not offered of a file that was written just now', () => {
    const file = join(folderWith({ 'a.yaml': 'a: 1\n' }), 'a.yaml');
    expect(TextOnDisk.read(file, 'a.yaml')).toEqual({ text: 'a: 1\n', again: undefined });
    settled();
    expect(TextOnDisk.read(file, 'a.yaml').again?.text()).toBe('a: 1\n');
  });
});

test('the texts of two files are not mixed up when places in them are asked for by turns', () => {
  const folder = folderWith({ 'a.yaml': 'one: 1\ntwo: 2\n', 'b.yaml': '# b\n\none: 1\n' });
  const files = readdirSync(folder).map(
    (name) => new SourceFile(name, { text: () => readFileSync(join(folder, name), 'utf8') }),
  );
  const at = (file: SourceFile): number => file.place({ from: 7, to: 8 }).line;
  expect([at(files[0]), at(files[1]), at(files[0])]).toEqual([2, 3, 2]);
  expect([files[0].line(1), files[1].line(1), files[0].line(2)]).toEqual(['one: 1', '# b', 'two: 2']);
});

test('values are the same whether or not documents share what is written alike', () => {
  const text = `kind: A\napiVersion: v1\nlist: [a long text that is a view, "another long text, quoted", short]\nblock: |\n  one line that is long enough\n`;
  const twice = loadManifests([
    { name: 'a.yaml', text },
    { name: 'b.yaml', text },
  ]).resources.map(({ manifest }) => manifest);
  const expected = {
    kind: 'A',
    apiVersion: 'v1',
    list: ['a long text that is a view', 'another long text, quoted', 'short'],
    block: 'one line that is long enough\n',
  };
  expect(twice).toEqual([expected, expected]);
});
