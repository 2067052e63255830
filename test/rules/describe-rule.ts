import type { Finding, LintOptions } from '../../src/lint';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import type { Rule } from '../../src/rules';
import { RULES } from '../../src/rules';
import { NEWEST, newestOf, readVersions } from '../../src/versions';
import { check, highestOf, joined } from '../../src/lint/engine/check';
import { atLeast } from '../../src/lint/engine/lint';
import { lintWith } from '../../src/lint/engine/versions';
import { manifestsIn, noticed, saidBy } from './neighbours';

/** A manifest, and what a rule finds in it. */
export interface RuleCase {
  /** What is the case, as a statement: `a canary Service that is the stable one too`. */
  readonly name: string;
  /** One file, or several by name. A first line break is dropped, so that line 1 is the first line with text. */
  readonly manifest: string | Readonly<Record<string, string>>;
  /** Left out: nothing, a near miss. Only what is given of a finding is compared. */
  readonly finds?: readonly Partial<Finding>[];
  readonly options?: LintOptions;
}

function textsOf(manifest: RuleCase['manifest']): readonly { readonly name: string; readonly text: string }[] {
  const files = typeof manifest === 'string' ? { 'app.yaml': manifest } : manifest;
  return Object.entries(files).map(([name, text]) => ({ name, text: text.replace(/^\n/, '') }));
}

/** Rules about text that is no YAML, or that holds a field twice, which is not among the objects. */
const READS_TEXT = new Set(['SCH001', 'SCH002']);

/** The engine checks the others. */
const isChecked = ({ check, checkPart }: Rule): boolean => (check ?? checkPart) !== undefined;

/** What one rule finds in a manifest. */
export function findingsOf(rule: Rule, manifest: RuleCase['manifest'], options?: LintOptions): readonly Finding[] {
  const graph = graphOfLoaded(loadManifests(textsOf(manifest)));
  // All rules run, as suppressions need them; the others' findings are of no interest here.
  const { findings } = lintWith(isChecked(rule) ? [rule] : RULES, graph, options);
  const found = findings.filter(({ code }) => code === rule.code);
  // A run that asks for nothing less than this severity would leave the rule out.
  const highest = highestOf(rule, options ?? {});
  expect(found.filter(({ severity }) => !atLeast(highest, severity))).toEqual([]);
  return found;
}

/** A rule can be checked for parts of a graph by several threads: together they find what it finds in the whole. */
function expectSameInParts(rule: Rule, texts: Parameters<typeof loadManifests>[0], options: LintOptions): void {
  const graph = graphOfLoaded(loadManifests(texts)).on(newestOf(options.versions ?? NEWEST));
  const whole = joined([check(rule, graph, options)]);
  // Most cases have lists of one or two things: with so many parts, each thing is in one of its own, and many are empty.
  for (const of of rule.checkPart ? [2, 5] : []) {
    const parts = Array.from({ length: of }, (_, nth) => check(rule, graph, options, { nth, of }));
    expect(joined(parts)).toEqual(whole);
  }
}

/** The releases on which a rule's examples are wrong and right. */
export const examplesOn = ({ releases }: Rule): LintOptions =>
  releases ? { versions: readVersions(releases).versions } : {};

/** A case with all that the rule says, as a person reads it, and with what else is found. */
const said =
  (rule: Rule) =>
  ({ name, manifest, options }: RuleCase): string => {
    const { findings } = lintWith(RULES, graphOfLoaded(loadManifests(textsOf(manifest))), options);
    const lines = findings.map((one) => {
      const place = `${one.severity} ${one.line}:${one.column}-${one.endLine}:${one.endColumn}`;
      const words = [one.message, one.hint, one.related?.message, one.fix?.title].filter((text) => text !== undefined);
      return one.code === rule.code ? `${place} ${words.join(' | ')}` : `${one.code} ${place}`;
    });
    return [name, ...(lines.length > 0 ? lines : ['nothing'])].join('\n  ');
  };

/** A table of cases for a rule. Its own examples are checked with those of all rules. */
export function describeRule(rule: Rule, cases: readonly RuleCase[]): void {
  describe(`${rule.code}: ${rule.title}`, () => {
    test('has a violation and a near miss', () => {
      expect(cases.some(({ finds }) => finds !== undefined)).toBe(true);
      expect(cases.some(({ finds }) => finds === undefined)).toBe(true);
    });
    test.each(cases.map((one) => [one.name, one] as const))('%s', (_name, { manifest, finds = [], options }) => {
      const found = findingsOf(rule, manifest, options);
      const wanted = finds.map((one) => Object.keys(one) as (keyof Finding)[]);
      const compared = found.map((one, i) =>
        Object.fromEntries((wanted[i] ?? ['message', 'line']).map((key) => [key, one[key]])),
      );
      expect(compared).toEqual(finds);
    });
    test('finds the same in parts of its cases', () => {
      for (const { manifest, options = {} } of cases) expectSameInParts(rule, textsOf(manifest), options);
    });
    test('says in its cases', () => {
      expect(`\n${cases.map(said(rule)).join('\n\n')}\n`).toMatchSnapshot();
    });
    if (isChecked(rule) && !READS_TEXT.has(rule.code)) {
      test('notices what its cases depend on', () => {
        const told = new Set<string>();
        const all = cases.map(({ name, manifest, options = {} }) => {
          const set = manifestsIn(textsOf(manifest));
          return `${name}, ${noticed(set, (one) => saidBy(rule, options, one), { far: 'numbers', told })}`;
        });
        expect(`\n${all.join('\n\n')}\n`).toMatchSnapshot();
      });
    }
  });
}
