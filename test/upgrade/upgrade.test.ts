import { upgradeReport } from '../../src/upgrade';
import { lookUp, NEWEST, newestOf, SYSTEMS, type SystemKey } from '../../src/versions';
import { ARGO } from './entries/argo-rollouts';
import type { EntryCase } from './entries/entry-case';
import { OTHERS } from './entries/others';
import { PROMETHEUS } from './entries/prometheus';
import { changes, condition, graphOf, jobNamed, rollout } from './manifests';

const CASES: readonly Required<EntryCase>[] = [
  ...ARGO.map((one) => ({ system: 'argoRollouts' as const, from: '1.9', to: '1.10', ...one })),
  ...PROMETHEUS.map((one) => ({ system: 'prometheus' as const, from: '', to: '', ...one })),
  ...OTHERS.map((one) => ({ system: 'argoCd' as const, from: '', to: '', ...one })),
];

describe.each(CASES.map((one) => [`${one.system} ${one.entry}, ${one.from} to ${one.to}`, one] as const))(
  '%s',
  (_, one) => {
    const { system, from, to, concerned, change, nearMiss } = one;

    test('is between releases that differ in the entry', () => {
      const entry = SYSTEMS[system].entries.find(({ id }) => id === one.entry)!;
      expect(lookUp(entry, from)).not.toEqual(lookUp(entry, to));
    });

    test('is reported for a manifest that it concerns', () => {
      expect(changes(system, from, to, concerned)).toContainEqual(
        expect.objectContaining({ system, file: 'app.yaml', ...change }),
      );
    });

    test('is not reported for a near miss, nor is anything else', () => {
      expect(changes(system, from, to, nearMiss)).toEqual([]);
    });

    test('is not reported where the release stays', () => {
      expect(changes(system, to, to, concerned)).toEqual([]);
    });
  },
);

test('every entry that differs between releases has a case', () => {
  const entries = (Object.keys(SYSTEMS) as SystemKey[]).flatMap((system) =>
    SYSTEMS[system].entries.filter(({ changes: all }) => all.length > 1).map(({ id }) => `${system} ${id}`),
  );
  const cases = new Set(CASES.map(({ system, entry }) => `${system} ${entry}`));
  expect(entries.filter((one) => !cases.has(one))).toEqual(['argoRollouts managed-route-removal']); // unreachable.test.ts
});

test('a Job has no moment at which it is resumed before 1.10, so that its termination waits for nothing', () => {
  const ids = changes('argoRollouts', '1.9', '1.10', jobNamed('smoke')).map(({ id }) => id);
  expect(ids).toEqual(['job-without-image', 'terminated-job', 'job-result']);
});

test('a downgrade is the other way round', () => {
  const dropped = rollout(
    '{ replicaProgressThreshold: { type: Percent, value: 90 }, steps: [{ setWeight: 50 }, { pause: {} }] }',
  );
  expect(changes('argoRollouts', '1.9', '1.8', dropped)).toContainEqual(
    expect.objectContaining({ effect: 'worse', id: 'SCH011' }),
  );
  expect(changes('argoRollouts', '1.8', '1.9', dropped)).toContainEqual(
    expect.objectContaining({ effect: 'better', id: 'SCH011' }),
  );
});

test('several systems are upgraded one after the other, and each change names its own', () => {
  const newest = newestOf(NEWEST);
  const graph = graphOf(condition('result[0] < 5').replace('sum(x)', 'sum(rate(x_bucket{le=\\"1\\"}[5m]))'));
  const from = { ...newest, argoRollouts: '1.9', prometheus: '2.55' };
  const { steps, changes: found } = upgradeReport([graph], from, newest);
  expect(steps.map(({ system }) => system)).toEqual(['argoRollouts', 'prometheus']);
  expect(found.map(({ system, effect }) => [effect, system])).toEqual([
    ['worse', 'prometheus'],
    ['different', 'argoRollouts'],
  ]);
});

test('a condition that cannot be judged is named instead of passed over', () => {
  const newest = newestOf(NEWEST);
  const { notes } = upgradeReport([graphOf(condition('now().Unix() > 5'))], { ...newest, argoRollouts: '1.9' }, newest);
  expect(notes).toEqual([expect.stringContaining("the conditions of metric 'm' cannot be judged for both releases")]);
});
