import { join } from 'node:path';
import { statedName } from '../../src/synth/stated-name';
import { Folder } from '../cli/run';

let folder: Folder;
beforeEach(() => (folder = new Folder({})));
afterEach(() => folder.remove());

/** The name of a spec with this text; that of its file is `file`. */
function named(text: string, file = 'file.canary.yaml'): string {
  folder.write({ [file]: text });
  return statedName(join(folder.path, file));
}

describe('the name that a spec states is found', () => {
  test.each<[string, string]>([
    ['metadata: {name: a1}', 'a1'],
    ['metadata: { name: ledger, namespace: pay }', 'ledger'],
    ['metadata: { namespace: pay, name: ledger }', 'ledger'],
    ['metadata: {namespace: pay,name: ledger}', 'ledger'],
    ["metadata: { name: 'ledger' }", 'ledger'],
    ['metadata: { name: "ledger" }', 'ledger'],
    ['metadata:\t{ name:ledger }', 'ledger'],
    ['metadata:{ name:   ledger }', 'ledger'],
    ['metadata: {\n  namespace: pay,\n  name: ledger\n}', 'ledger'],
    ['metadata:\n  { name: ledger }', 'ledger'],
    ['kind: CanaryApp\nmetadata: { name: a-b-3 }\nspec: { name: other }', 'a-b-3'],
    ['metadata: { name: first }\n---\nmetadata: { name: second }', 'first'],
    ['metadata: { name: 9lives }', '9lives'],
    // A name that is longer than a key of the same beginning.
    ['metadata: { surname: x, name: y }', 'y'],
  ])('in braces: %j', (text, name) => expect(named(`${text}\n`)).toBe(name));

  test.each<[string, string]>([
    ['metadata:\n  name: ledger\n', 'ledger'],
    ['metadata:\n  name: ledger', 'ledger'],
    ["metadata:\n  name: 'ledger'\n", 'ledger'],
    ['metadata:\n  name: "ledger"\n', 'ledger'],
    ['metadata:\n  name:ledger\n', 'ledger'],
    ['metadata:\n\tname:\tledger\n', 'ledger'],
    ['metadata:   \n name: a-b-3 # why\n', 'a-b-3'],
    ['metadata: # who\n  name: ledger\n', 'ledger'],
    ['metadata:# who\n  name: ledger\n', 'ledger'],
    ['metadata:\n# who\n  name: ledger\n', 'ledger'],
    ['metadata:\n  # who\n  name: ledger\n', 'ledger'],
    ['metadata:\n\n   \n  name: ledger\n', 'ledger'],
    ['metadata:\n  labels:\n    team: pay\n  namespace: pay\n  name: ledger\n', 'ledger'],
    ['kind: CanaryApp\nmetadata:\n  name: ledger\nspec:\n  name: other\n', 'ledger'],
    ['metadata:\n  name: first\n  title:\n    name: second\n', 'first'],
    ['metadata:\r\n  namespace: pay\r\n  name: ledger\r\n', 'ledger'],
    ['metadata: # who\r\n# why\r\n\r\n  name: ledger\r\n', 'ledger'],
    ['metadata:\n  surname: x\n  name: y\n', 'y'],
    ['spec:\n  metadata: { other: x }\nmetadata:\n  name: y\n', 'y'],
  ])('in a block: %j', (text, name) => expect(named(text)).toBe(name));

  test.each<[string, string]>([
    ['{"kind":"CanaryApp","metadata":{"name":"ledger"}}', 'ledger'],
    [' \n  { "metadata": { "namespace": "pay", "name": "ledger" } }', 'ledger'],
    ['{ kind: CanaryApp, metadata: { name: ledger } }', 'ledger'],
    ['{\n  "spec": { "metadata": { "name": "other" } },\n  "metadata": {\n    "name": "ledger"\n  }\n}', 'ledger'],
  ])('in JSON: %j', (text, name) => expect(named(text)).toBe(name));
});

describe('where a spec states no name, that of its file is it', () => {
  test.each([
    '',
    'spec: { name: other }\n',
    'metadata: {}\n',
    'metadata: { namespace: pay }\nspec: { name: other }\n',
    'metadata: { surname: ledger }\n',
    'metadata: { name: Ledger }\n',
    'metadata: { name: -a }\n',
    'metadata: { name: _a }\n',
    'metadata:\n  namespace: pay\nspec:\n  name: other\n',
    'metadata:\nname: other\n',
    'metadata:\n  surname: ledger\n',
    'metadata:\n  name: Ledger\n',
    'metadata:\n  name:\n    x: y\n',
    'metadata: x\n  name: y\n',
    ' metadata: { name: indented }\n',
    'other-metadata: { name: x }\n',
    '# metadata: { name: x }\n',
    '  metadata:\n    name: x\n',
    '{"metadata":{"name":7}}',
    '{"metadata":{"namespace":"x"}}',
    '{"metadata":null}',
    '{"kind":"CanaryApp"}',
    '{"metadata": {"name": "x"',
    '{',
    '{}',
  ])('%j', (text) => expect(named(text)).toBe('file'));

  test.each([
    ['shop.canary.yaml', 'shop'],
    ['shop.canary.yml', 'shop'],
    ['shop.canary.json', 'shop'],
    ['shopcanary.yaml', 'shop'],
    ['a.b.canary.yaml', 'a.b'],
    ['canary.yaml', ''],
    ['shop.canary.yaml.txt', 'shop.canary.yaml.txt'],
    ['shop.canaryxyaml', 'shop.canaryxyaml'],
    ['shop.canary.yyaml', 'shop.canary.yyaml'],
    ['shop.yaml', 'shop.yaml'],
    ['deep/down/shop.canary.yaml', 'shop'],
  ])('%s', (file, name) => expect(named('kind: CanaryApp\n', file)).toBe(name));

  test('also where the metadata have many lines, in no time', () => {
    expect(named(`metadata:\n  labels:\n${'      team: pay\n  \n'.repeat(1000)}spec: {}\n`)).toBe('file');
  });

  test('also where the file cannot be read', () => {
    expect(statedName(join(folder.path, 'none/gone.canary.yaml'))).toBe('gone');
    expect(named('metadata: { name: x }\n\0', 'binary.canary.yaml')).toBe('binary');
  });
});
