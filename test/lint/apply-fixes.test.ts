import type { Finding } from '../../src/lint';
import * as fc from 'fast-check';
import { diffLines } from 'diff';
import { stringify } from 'yaml';
import { type Graph, graphOfLoaded, loadManifests } from '../../src/graph';
import { applyFixes, isFixable, lint, textEdits } from '../../src/lint';
import { type Fix, RULES } from '../../src/rules';
import { lintWith } from '../../src/lint/engine/versions';

const read = (text: string): Graph => graphOfLoaded(loadManifests([{ name: 'a.yaml', text }]));
const values = (text: string): unknown => read(text).resources.map(({ manifest }) => manifest);
const fixable = (text: string, code: string): Finding[] =>
  lintWith(
    RULES.filter((one) => one.code === code),
    read(text),
  ).findings.filter((one): one is Finding & { fix: Fix } => one.code === code && one.fix !== undefined);

/** What a person has in a file besides the manifest: remarks, empty lines, the line ends of their editor. */
interface Habits {
  readonly remarks: readonly boolean[];
  readonly gaps: readonly boolean[];
  readonly windows: boolean;
}

/** A text with a remark behind some lines and an empty line before others, as long as that says the same. */
function written(text: string, { remarks, gaps, windows }: Habits): string {
  const same = JSON.stringify(values(text));
  let lines = text.trim().split('\n');
  lines.forEach((line, i) => {
    const tries = [
      ...(remarks[i % remarks.length] ? [`${line} # remark ${i}`] : []),
      ...(gaps[i % gaps.length] ? [`${/^ */.exec(line)![0]}# above ${i}\n\n${line}`] : []),
    ];
    for (const tried of tries) {
      const changed = lines.map((one, at) => (at === i ? tried : one));
      if (JSON.stringify(values(changed.join('\n'))) === same) lines = changed;
    }
  });
  return `${lines.join('\n')}\n`.replaceAll('\n', windows ? '\r\n' : '\n');
}

const habits = fc.record({
  remarks: fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
  gaps: fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
  windows: fc.boolean(),
});

/** How many lines a field takes that is written as a block. */
const linesOf = (field: unknown): number => stringify({ field }).trimEnd().split('\n').length;

/** An example in a style that its fix does not edit is left out. */
const fixableRules = RULES.filter(({ bad, code }) => fixable(bad, code).some(({ fix }) => isFixable(fix!)));

test('every group that finds typos has a rule with a fix', () => {
  expect([...new Set(fixableRules.map(({ code }) => code.slice(0, 3)))]).toEqual(
    expect.arrayContaining(['SCH', 'REF', 'ANA', 'CON', 'PRM']),
  );
});

describe.each(fixableRules.map((rule) => [rule.code, rule] as const))('the fix of %s', (code, { bad }) => {
  const check = (law: (before: string, after: string, findings: readonly Finding[]) => void): void =>
    fc.assert(
      fc.property(habits, (own) => {
        const before = written(bad, own);
        const findings = fixable(before, code);
        const { texts, applied } = applyFixes(findings.map(({ fix }) => fix!));
        const [after] = texts.values();
        expect(applied).toBeGreaterThan(0);
        law(before, after, findings);
      }),
      { seed: 4, numRuns: 5 },
    );

  test('leaves every remark, empty line and line end that was there, but for those of a line that goes', () =>
    check((before, after) => {
      const gone = diffLines(before, after)
        .filter(({ removed }) => removed)
        .map(({ value }) => value)
        .join('');
      const remarks = (text: string): string[] => text.match(/# (remark|above) \d+/g) ?? [];
      const empty = (text: string): number => text.split(/\r?\n/).filter((line) => line === '').length;
      expect(remarks(after)).toEqual(
        remarks(before).filter((one) => remarks(after).includes(one) || !remarks(gone).includes(one)),
      );
      expect(empty(after)).toBe(empty(before));
      expect(new Set(after.match(/\r?\n/g))).toEqual(new Set([before.includes('\r') ? '\r\n' : '\n']));
    }));

  test('touches no line but those it is about', () =>
    check((before, after, findings) => {
      const edits = findings.flatMap(({ fix }) => fix!.edits);
      const added = edits.reduce((sum, edit) => sum + ('add' in edit ? linesOf(edit.value) : 0), 0);
      const taken = edits.reduce((sum, edit) => sum + ('remove' in edit ? linesOf(edit.at.value) : 0), 0);
      const [old, now] = [before, after].map((text) => text.split(/\r?\n/));
      expect(now.length - old.length).toBe(added - taken);
      const changed = diffLines(before, after).filter((part) => part.removed);
      const lost = changed.reduce((sum, part) => sum + part.count, 0);
      expect(lost).toBeLessThanOrEqual(edits.filter((edit) => 'set' in edit || 'rename' in edit).length + taken);
    }));

  test('is found no more, and can be read', () =>
    check((_before, after, findings) => {
      const paths = new Set(findings.map(({ path }) => path));
      expect(fixable(after, code).filter(({ path }) => paths.has(path))).toEqual([]);
      expect(read(after).problems.filter(({ kind }) => kind === 'broken')).toEqual([]);
    }));
});

test('a fix is called possible where the text can be edited, however it is written', () => {
  let [possible, impossible] = [0, 0];
  for (const { code, bad } of RULES) {
    const { resources } = loadManifests([{ name: 'a.yaml', text: bad }]);
    const json = resources.map(({ manifest }) => JSON.stringify(manifest, null, 2)).join('\n---\n');
    const texts = [bad, `# as JSON\n${json}\n`, bad.replaceAll(/: ([a-z][a-z-]*)$/gm, ': |-\n      $1')];
    for (const text of texts) {
      for (const { fix } of lint(graphOfLoaded(loadManifests([{ name: `${code}.yaml`, text }]))).findings) {
        if (fix === undefined) continue;
        const edits = textEdits(fix);
        expect(isFixable(fix)).toBe(edits !== undefined);
        if (edits) possible++;
        else impossible++;
      }
    }
  }
  expect(possible).toBeGreaterThan(50);
  expect(impossible).toBeGreaterThan(5);
});
