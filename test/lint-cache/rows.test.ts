import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';
import { Signatures, snapshotOf } from '../../src/lint-cache';
import { readRows, writeRows } from '../../src/lint-cache/rows';
import { RULES } from '../../src/rules';

test('findings are read as they were written, whatever they have', () => {
  // Several Rollouts that share what is wrong: findings about more than the object that they are in.
  const texts = RULES.flatMap(({ code, bad }) => [
    { name: `${code}.yaml`, text: bad },
    {
      name: `${code}/again.yaml`,
      text: bad.replace(/^kind: Rollout\n(.*?)\bname: (\S+)/ms, 'kind: Rollout\n$1name: $2-b'),
    },
  ]);
  const graph = graphOfLoaded(loadManifests(texts));
  const { findings } = lint(graph, {});
  const names = graph.files.map(({ name }) => name);
  const made = snapshotOf(graph, findings, { names, signatures: Signatures.ofCount(names.length) })!;
  const has = (field: (one: (typeof findings)[number]) => unknown): boolean =>
    findings.some((one) => Boolean(field(one)));
  expect(has(({ hint }) => hint)).toBe(true);
  expect(has(({ related }) => related)).toBe(true);
  expect(has(({ consequences }) => consequences.length)).toBe(true);
  expect(has(({ about, resource }) => about.length > 1 || about[0]?.name !== resource?.name)).toBe(true);
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  expect(plain(readRows(writeRows(made.findings), made.files))).toEqual(plain(made.findings));
});
