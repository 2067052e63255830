import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';

const MIB = 1024 * 1024;

/** What SCH006 says of an object with these fields. */
function found(kind: string, parts: object): string[] {
  const text = JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'files', namespace: 'shop' }, ...parts });
  const { findings } = lint(graphOfLoaded(loadManifests([{ name: 'files.json', text }])));
  return findings.filter(({ code }) => code === 'SCH006').map(({ path, message }) => `${path}: ${message}`);
}

const base64 = (bytes: number): string => Buffer.alloc(bytes, 'a').toString('base64');

test.each([
  ['a ConfigMap', 'ConfigMap', { data: { a: 'a'.repeat(MIB - 1), b: 'b' } }],
  ['binary data, which counts decoded', 'ConfigMap', { data: { a: 'a' }, binaryData: { b: base64(MIB - 1) } }],
  ['a Secret, which counts decoded', 'Secret', { data: { a: base64(MIB) } }],
  ['a value that stringData replaces', 'Secret', { data: { a: base64(MIB) }, stringData: { a: 'a' } }],
  ['keys, which do not count', 'ConfigMap', { data: { ['k'.repeat(200)]: 'a'.repeat(MIB) } }],
])('the API server takes values of 1 MiB: %s', (_, kind, parts) => {
  expect(found(kind, parts)).toEqual([]);
});

test.each([
  ['data', 'ConfigMap', { data: { a: 'a'.repeat(MIB), b: 'b' } }],
  ['data', 'ConfigMap', { data: { a: 'ä'.repeat(MIB / 2) + 'a' } }],
  ['binaryData', 'ConfigMap', { data: { a: 'a' }, binaryData: { b: base64(MIB) } }],
  ['data', 'Secret', { data: { a: base64(MIB + 1) } }],
  ['stringData', 'Secret', { data: { a: 'YQ==' }, stringData: { b: 'b'.repeat(MIB) } }],
])('the API server refuses a byte more, in %s of a %s', (path, kind, parts) => {
  expect(found(kind, parts)).toEqual([
    `${path}: the values of ${kind} shop/files have 1,048,577 bytes, and the API server takes at most 1,048,576`,
  ]);
});
