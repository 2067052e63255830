import { parse } from 'yaml';
import { readDocument } from '../../src/formats/yaml';
import { runFunction } from '../../src/synth/krm';

describe('a KRM function', () => {
  test('gives the texts of others back as texts, whatever version of YAML reads them', () => {
    const data = {
      DATE: '2026-01-01',
      NUMBER: '1_000',
      BINARY: '0b11',
      SWITCH: 'on',
      ANSWER: 'no',
      OCTAL: '0o7',
      HEX: '0X1F',
      FLOAT: 'e1',
      LINES: 'a\n  b: c\n',
    };
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'texts', namespace: 'pay' }, data };
    const list = { apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items: [map] };
    const { text, problems } = runFunction(JSON.stringify(list));
    expect(problems).toEqual([]);
    expect(readDocument(text).value).toEqual(list);
    for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version })).toEqual(list);
  });

  test('says where its input cannot be read', () => {
    expect(() => runFunction('kind: ResourceList\nitems: [\n')).toThrow(
      /^standard input cannot be read: line 2, column 8: '\[' is opened here and not closed; add '\]'$/,
    );
  });
});
