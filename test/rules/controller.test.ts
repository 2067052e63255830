import { lint } from '../../src/lint';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { graphOf } from '../../src/graph';

/** A set that Argo Rollouts, Kubernetes or Istio refuses, and the rule that must say so. */
interface Case {
  readonly id: string;
  readonly title: string;
  readonly rule?: string;
}

const { manifestsOf } = jest.requireActual<{
  manifestsOf(one: Case, sets: Readonly<Record<string, string>>): readonly object[];
}>('../../conformance/harness/changed.cjs');

// The conformance asks the systems themselves about the same sets.
const { cases, sets } = parse(readFileSync('conformance/corpus/linter.yaml', 'utf8')) as {
  readonly cases: readonly Case[];
  readonly sets: Readonly<Record<string, string>>;
};

const errorsIn = (manifests: readonly object[]): string[] =>
  lint(graphOf(manifests.map((manifest) => ({ origin: 'app.yaml', manifest }))), { closedWorld: true })
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);

describe('what the systems refuse', () => {
  test.each(cases.filter(({ rule }) => rule).map((one) => [one.id, one.title, one] as const))(
    '%s: %s',
    (_id, _title, one) => {
      expect(errorsIn(manifestsOf(one, sets))).toContain(one.rule);
    },
  );
});

describe('what they accept', () => {
  test.each(Object.keys(sets))('%s', (set) => {
    expect(errorsIn(manifestsOf({ id: '', title: '', set } as Case, sets))).toEqual([]);
  });
});
