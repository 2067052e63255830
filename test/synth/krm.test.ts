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

  const app = [
    'apiVersion: cdk8s-canary.dev/v1',
    'kind: CanaryApp',
    'metadata: { name: a, namespace: shop }',
    'spec: { image: "a:1", port: 80, hosts: [a.example.com], prometheus: "http://p:9090" }',
  ];
  const dashboard = [
    'apiVersion: grafana.integreatly.org/v1beta1',
    'kind: GrafanaDashboard',
    'metadata:',
    '  name: d # its name',
    '  namespace: shop',
    'spec:',
    '  # where it stands',
    '  gridPos: { x: 0, y: 5 }',
    '  id: 12345678901234567890',
    '  share: 1.0',
    '',
    '  text: |2',
    '      two more',
    '',
    '    end',
    '  flow: [1,',
    '    2]',
    '  last: x # behind',
  ];
  const listOf = (items: readonly (readonly string[])[], indent: string, gap: string): string =>
    [
      'kind: ResourceList',
      'apiVersion: config.kubernetes.io/v1',
      'items:',
      ...items.flatMap(([first, ...rest]) => [
        '# above',
        `${indent}-${gap}${first}`,
        ...rest.map((line) => (line === '' ? '' : `${indent} ${gap}${line}`)),
      ]),
      '',
    ].join('\n');
  const kept = [
    '  # above',
    `  - ${dashboard[0]}`,
    ...dashboard.slice(1).map((line) => (line === '' ? '' : `    ${line}`)),
  ];

  test.each([
    ['with indentation', listOf([dashboard, app], '  ', ' ')],
    ['without indentation', listOf([app, dashboard], '', ' ')],
    ['with wide indentation', listOf([app, dashboard, app.map((line) => line.replace(/\ba\b/g, 'b'))], '    ', '   ')],
    ['with the line ends of Windows', listOf([dashboard, app], '', ' ').replace(/\n/g, '\r\n')],
  ])('leaves others as they are written: comments, keys, numbers and layout, %s', (_, input) => {
    const { text, problems } = runFunction(input);
    expect(problems).toEqual([]);
    const lines = text.split('\n');
    expect(lines.slice(3, 3 + kept.length)).toEqual(kept);
    const { items } = parse(text, { intAsBigInt: true }) as { items: unknown[] };
    expect(items[0]).toMatchObject({
      spec: { gridPos: { y: 5n }, id: 12345678901234567890n, text: '  two more\n\nend\n' },
    });
    expect(text).not.toContain('CanaryApp');
  });

  test('leaves all items as they are written where one has a problem', () => {
    const { text, problems } = runFunction(
      listOf([dashboard, app.map((line) => line.replace('port: 80', 'port: 0'))], '', ' '),
    );
    expect(problems).toHaveLength(1);
    expect(text).toContain(kept.join('\n'));
    expect(text).toContain('spec: { image: "a:1", port: 0,');
    expect(parse(text)).toMatchObject({ results: [{ severity: 'error' }] });
  });

  test('gives back the same where items share an anchor, end in blank lines or are JSON', () => {
    const item = (name: string, data: string): string =>
      `- apiVersion: v1\n  kind: ConfigMap\n  metadata: { name: ${name} }\n  data:\n${data}\n`;
    const input = `kind: ResourceList\nitems:\n${item('a', '    a: &shared\n      b')}${item('b', '    a: *shared')}${item('c', '    a: |+\n      b\n\n')}- ${'{"apiVersion":"v1",\n  "kind":"Secret",\n  "metadata":{"name":"d"}}'}\n`;
    const { text } = runFunction(input);
    expect(parse(text)).toMatchObject(parse(input) as object);
  });

  test('says where its input cannot be read', () => {
    expect(() => runFunction('kind: ResourceList\nitems: [\n')).toThrow(
      /^standard input cannot be read: line 2, column 8: '\[' is opened here and not closed; add '\]'$/,
    );
  });
});
