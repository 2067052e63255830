import * as fc from 'fast-check';
import { type Graph, graphOfLoaded, loadManifests } from '../../src/graph';
import { lint, type LintOptions } from '../../src/lint';
import { reuse, Signatures, snapshotOf } from '../../src/lint-cache';
import { KnownFiles } from '../../src/lint-cache/known-files';
import { readRows, writeRows } from '../../src/lint-cache/rows';
import type { Snapshot } from '../../src/lint-cache/snapshot';
import { sampleSize } from '../sample';
import { appName, repository } from './repository';

type Signature = Parameters<Signatures['set']>[1];
type Files = ReadonlyMap<string, string>;
/** In a small repository few files hold what thousands hold in a large one. */
const COMMON = 8;
const OPTIONS: LintOptions = {};

const graphOf = (files: Files): Graph =>
  graphOfLoaded(loadManifests([...files].map(([name, text]) => ({ name, text }))));
function currentOf(files: Files, signature?: Signature) {
  const names = [...files.keys()];
  const signatures = Signatures.ofCount(names.length);
  for (const place of names.keys()) signatures.set(place, signature);
  return { names, signatures };
}

function complete(files: Files, signature?: Signature): Snapshot {
  const graph = graphOf(files);
  const { findings, suppressed } = lint(graph, OPTIONS);
  const made = snapshotOf(graph, findings, currentOf(files, signature), COMMON)!;
  const texts = [...files.values()];
  // As a store gives it back.
  const stored = readRows(writeRows(made.findings), made.files);
  return {
    files: made.files,
    findings: stored,
    suppressed,
    resources: graph.resources.length,
    textOf: (place) => texts[place],
  };
}

const again = (before: Snapshot, files: Files) => reuse(before, currentOf(files), OPTIONS, (name) => files.get(name)!);

/** A part of a text that occurs in the files of the repository, and what may take its place. */
const EDITS: readonly (readonly [RegExp, readonly string[]])[] = [
  // Nothing that other objects see.
  [/setWeight: \d+/, ['setWeight: 5', 'setWeight: 100', 'setWeight: 120', 'setWeight: 0']],
  [/replicas: \d+/, ['replicas: 1', 'replicas: 20', 'replicas: -1']],
  [/duration: \w+/, ['duration: 1h', 'duration: 10s', 'duration: soon']],
  [/:1\.0\.0/, [':1.0.1', ':2']],
  [/number: 80\b/, ['number: 81', 'number: 8080']],
  [/targetPort: \w+/, ['targetPort: 8080', 'targetPort: 8081', 'targetPort: htp']],
  [/containerPort: \d+/, ['containerPort: 8081', 'containerPort: 9090']],
  [/interval: \w+/, ['interval: 5m', 'interval: 10s']],
  [/weight: 100/, ['weight: 50', 'weight: 90']],
  [/maxReplicas: \d+/, ['maxReplicas: 1', 'maxReplicas: 50']],
  [/maxUnavailable: \d+/, ['maxUnavailable: 0', 'maxUnavailable: 100%']],
  [/result\[0\] <= 0.01/, ['result[0] <= 5', 'result[0] == 0.01', 'result <= 1']],
  [/- setWeight: \d+\n/, ['- setWeight: 20\n        - setWeight: 10\n', '']],
  [/apiVersion/, ['# a comment\n\napiVersion', '# cdk8s-canary-ignore SCH003: known\napiVersion']],
  [/name: primary\n/, ['name: primary # cdk8s-canary-ignore TRF001: known\n']],
  [/replicas:/, ['replcas:', 'revisionHistoryLimit: 0\n  replicas:']],
  // What they see.
  [/name: (\w+)/, ['name: chekcout', 'name: basket', 'name: other']],
  [/app: \w+/, ['app: checkout', 'app: nothing', 'team: shop']],
  [/-stable\b/, ['-stabel', '-canary']],
  [/namespace: shop/, ['namespace: other', 'namespace: shopp']],
  [/port: metrics/, ['port: metric', 'port: http']],
  [/host: \w+/, ['host: search', 'host: "*"']],
  [/hosts: \[.*\]/, ['hosts: ["*"]', 'hosts: [basket.example.com]']],
  [/mode: \w+/, ['mode: DISABLE', 'mode: PERMISSIVE']],
  [/istio-injection: \w+/, ['istio-injection: disabled']],
  [/release: main/, ['release: other']],
  [/kind: (Rollout|Service|PodMonitor)/, ['kind: Deployment', 'kind: Rolout']],
  [/\{ app: (\w+) \}/, ['{}', '{ team: shop }']],
  [/app="\w+"/, ['app="chekout"', 'app=~".+"']],
  [/path: .*/, ['path: apps }', 'path: elsewhere }']],
  [/metadata:/, ['metadata: [', 'metadata:\n  name: twice', 'kind: ConfigMap\nmetadata:']],
];

const edit = fc.record({
  kind: fc.constantFrom('edit', 'edit', 'edit', 'edit', 'edit', 'add', 'remove', 'rename'),
  file: fc.nat(),
  edit: fc.nat(EDITS.length - 1),
  other: fc.nat(),
});

/** The files after an edit. The same, where it does not apply. */
function edited(files: Files, one: { kind: string; file: number; edit: number; other: number }): Files {
  const [pattern, texts] = EDITS[one.edit];
  const text = texts[one.other % texts.length];
  const names = [...files.keys()].filter((name) => one.kind !== 'edit' || pattern.test(files.get(name)!));
  const name = names[one.file % names.length];
  if (name === undefined) return files;
  const entries = [...files].flatMap(([file, content]): [string, string][] => {
    if (file !== name) return [[file, content]];
    if (one.kind === 'remove') return [];
    if (one.kind === 'rename') return [[`${file.slice(0, -5)}-2.yaml`, content]];
    if (one.kind === 'add')
      return [
        [file, content],
        [`${file.slice(0, -5)}-3.yaml`, content.replace(pattern, () => text)],
      ];
    return [[file, content.replace(pattern, () => text)]];
  });
  return new Map(entries);
}

/** How often a whole lint was saved, over all random edits. */
const counts = { saved: 0, all: 0 };

test('what follows from a stored run is what a complete run finds, whatever was edited', () => {
  const start = repository(9);
  const first = complete(start);
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(3), (edits, storedAfter) => {
      let files: Files = start;
      let before = first;
      for (const [nth, one] of edits.entries()) {
        files = edited(files, one);
        const { findings, suppressed, resources, files: known } = complete(files);
        const found = again(before, files);
        counts.all++;
        if (found !== undefined) {
          counts.saved++;
          expect(found.findings).toEqual(findings);
          expect([found.suppressed, found.resources]).toEqual([suppressed, resources]);
        }
        if (nth === storedAfter) before = { ...complete(files), files: known };
      }
    }),
    { numRuns: sampleSize(1500, 25), seed: 17 },
  );
  // Otherwise it says nothing.
  expect(counts.saved / counts.all).toBeGreaterThan(0.2);
});

test('of many apps only the one that changed is linted again, with what concerns all', () => {
  const files = repository(9);
  const changed = new Map(files);
  const name = `apps/${appName(3)}/rollout.yaml`;
  changed.set(name, files.get(name)!.replace('setWeight: 10', 'setWeight: 120'));
  const found = again(complete(files), changed);
  expect(found?.linted).toBe(9);
  expect(found?.findings).toEqual(complete(changed).findings);
  expect(found?.findings).not.toEqual(complete(files).findings);
});

test('a file with the signature that it had is not read', () => {
  const files = repository(2);
  const signature = { size: 120, mtimeMs: 1.5, ctimeMs: 2.5, ino: 77 };
  const before = complete(files, signature);
  const read = jest.fn((name: string) => files.get(name)!);
  expect(reuse(before, currentOf(files, signature), OPTIONS, read)?.findings).toEqual(before.findings);
  expect(read).not.toHaveBeenCalled();
  for (const name of ['size', 'mtimeMs', 'ctimeMs', 'ino'] as const) {
    read.mockClear();
    const other = { ...signature, [name]: signature[name] + 1 };
    expect(reuse(before, currentOf(files, other), OPTIONS, read)?.linted).toBe(0);
    expect(read).toHaveBeenCalledTimes(files.size);
  }
  read.mockClear();
  expect(reuse(complete(files), currentOf(files), OPTIONS, read)?.linted).toBe(0);
  expect(read).toHaveBeenCalledTimes(files.size);
});

test('files of other names lead to a complete run, also where one begins like the other', () => {
  const files = repository(2);
  const signature = { size: 120, mtimeMs: 1.5, ctimeMs: 2.5, ino: 77 };
  const before = complete(files, signature);
  const { names, signatures } = currentOf(files, signature);
  const renamed = (at: number, name: string) =>
    reuse(before, { names: names.with(at, name), signatures }, OPTIONS, () => '');
  for (const at of [0, 3, names.length - 1]) {
    const name = names[at];
    for (const other of [name.slice(0, -1), `${name}l`, `x${name.slice(1)}`, `${name}\u0000`, ''])
      expect(renamed(at, other)).toBeUndefined();
  }
  expect(reuse(before, { names: names.slice(1), signatures }, OPTIONS, () => '')).toBeUndefined();
});

test('what is stored of files is what is read back, whatever their names', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !one.includes('\u0000'));
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
  const file = fc.record({ name, hash, group: fc.nat(1e6), isHub: fc.boolean() });
  const number = fc.double({ noNaN: true });
  const stats = fc.option(fc.record({ size: fc.nat(), mtimeMs: number, ctimeMs: number, ino: fc.maxSafeNat() }));
  fc.assert(
    fc.property(fc.array(fc.tuple(file, stats)), (all) => {
      const signatures = Signatures.ofCount(all.length);
      for (const [place, [, one]] of all.entries()) signatures.set(place, one ?? undefined);
      const written = KnownFiles.of(
        all.map(([one]) => one),
        signatures,
      ).bytes();
      const files = KnownFiles.read(written, all.length);
      for (const [place, [one, signed]] of all.entries()) {
        expect({ name: files.name(place), group: files.group(place), isHub: files.isHub(place) }).toEqual({
          name: one.name,
          group: one.group,
          isHub: one.isHub,
        });
        expect([files.isNamed(place, one.name), files.hasHash(place, one.hash)]).toEqual([true, true]);
        expect(files.signatures.isSame(place, signatures)).toBe(signed !== null);
        expect(files.signatures.has(place)).toBe(signed !== null);
      }
      expect(files.bytes()).toEqual(written);
    }),
  );
});

test('an edit that other objects can see leads to a complete run', () => {
  const files = repository(9);
  const before = complete(files);
  for (const [file, from, to] of [
    ['rollout.yaml', 'app: payment', 'app: paiment'],
    ['services.yaml', 'name: http', 'name: web'],
    ['monitor.yaml', '{ app: payment }', '{}'],
    ['analysis.yaml', 'name: payment-errors', 'name: payment-failures'],
  ]) {
    const name = `apps/payment/${file}`;
    const changed = new Map(files).set(name, files.get(name)!.replace(from, to));
    expect(changed.get(name)).not.toBe(files.get(name));
    expect(again(before, changed)).toBeUndefined();
  }
});

test('an edit of what concerns all objects leads to a complete run', () => {
  const files = repository(9);
  const changed = new Map(files).set('platform/mesh.yaml', `# edited\n${files.get('platform/mesh.yaml')!}`);
  expect(again(complete(files), changed)).toBeUndefined();
});
