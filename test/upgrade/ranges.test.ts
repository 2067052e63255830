import { lint } from '../../src/lint';
import { NEWEST } from '../../src/versions';
import { ARGO } from './entries/argo-rollouts';
import { OTHERS } from './entries/others';
import { PROMETHEUS } from './entries/prometheus';
import { graphOf } from './manifests';

// A range means: right on all of its releases. What only one end refuses, or does otherwise, is a finding of the range.

const CASES = [
  ...ARGO.map((one) => ({ system: 'argoRollouts' as const, from: '1.9', to: '1.10', ...one })),
  ...[...PROMETHEUS, ...OTHERS].map((one) => ({ system: 'prometheus' as const, from: '', to: '', ...one })),
].filter(({ change: { kind, effect } }) => kind === 'finding' && effect !== 'different');

const findings = (manifest: string, system: string, releases: readonly string[], code: string): readonly string[] =>
  lint(graphOf(manifest), { versions: { ...NEWEST, [system]: releases } })
    .findings.filter((one) => one.code === code)
    .map(({ message }) => message);

test('there is a finding for each way in which releases differ in what they accept', () => {
  expect(CASES.length).toBeGreaterThan(15);
});

test.each(CASES.map((one) => [`${one.entry}, ${one.from} to ${one.to}`, one] as const))(
  '%s: a range of both is judged as the end that does not accept it, which the finding names',
  (_, { system, from, to, change: { id, effect }, concerned, nearMiss }) => {
    const [bad, good] = effect === 'worse' ? [to, from] : [from, to];
    const ofRange = findings(concerned, system, [from, to], id!);
    expect(ofRange.length).toBeGreaterThan(findings(concerned, system, [good], id!).length);
    expect(ofRange.some((message) => message.includes(bad))).toBe(true);
    expect(findings(nearMiss, system, [from, to], id!)).toEqual([]);
  },
);
