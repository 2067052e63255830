import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint, rulePage } from '../../src/lint';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { GROUPS, groupOf, RULES } from '../../src/rules';
import { examplesOn, findingsOf } from './describe-rule';

describe.each(RULES.map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
  test('has a code of a group and three digits, which nothing else has', () => {
    expect(code).toMatch(/^[A-Z]{3}[0-9]{3}$/);
    expect(Object.keys(GROUPS)).toContain(groupOf(code));
    expect(RULES.filter((one) => one.code === code)).toHaveLength(1);
  });

  test('says what, why and what to do', () => {
    expect(rule.title).not.toMatch(/\.$/);
    expect(rule.why).toMatch(/\.$/);
    expect(rule.fix.trim().length).toBeGreaterThan(10);
    expect(rule.whenNotToUse).toMatch(/\.$/);
    const isVerdict = rule.severity === 'error' || rule.severity === 'warning';
    if (isVerdict || rule.confirmedBy !== undefined) expect(rule.confirmedBy).toMatch(/\.$/);
    // The linter's own comments have no release.
    if (isVerdict && groupOf(code) !== 'SUP') expect(rule.confirmedBy).toMatch(/\d\.(\d|x)/);
    const sentences = rule.why.split(/\.(?= |$)/).length - 1;
    expect(sentences).toBeGreaterThanOrEqual(2);
  });

  test('has a page with all that it says of itself', () => {
    const page = readFileSync(join(__dirname, `../../docs/rules/${code}.md`), 'utf8');
    expect(rulePage(rule)).toBe(page);
  });

  test('is found in its bad example', () => {
    const found = findingsOf(rule, rule.bad, examplesOn(rule));
    expect(found.length).toBeGreaterThan(0);
    for (const { message, line, severity } of found) {
      expect(message).not.toMatch(/undefined|\[object|\.$/);
      expect(line).toBeGreaterThan(0);
      if (rule.severity !== 'note') expect(severity).not.toBe('note');
    }
  });

  test('is not found in its good example', () => {
    expect(findingsOf(rule, rule.good, examplesOn(rule))).toEqual([]);
  });

  test('examples can be read, unless that is what it is about', () => {
    for (const text of rule.code === 'SCH001' ? [rule.good] : [rule.bad, rule.good]) {
      const { resources, problems } = loadManifests([{ name: 'example.yaml', text }]);
      expect(resources.length).toBeGreaterThan(0);
      expect(problems.filter(({ kind }) => kind === 'broken')).toEqual([]);
    }
  });

  test('the good example breaks no rule about YAML and fields', () => {
    const graph = graphOfLoaded(loadManifests([{ name: 'example.yaml', text: rule.good }]));
    const { findings } = lint(graph, { select: ['SCH001', 'SCH002', 'SCH003', 'SCH004', 'SCH006', 'SCH008'] });
    expect(findings).toEqual([]);
  });
});

test('rules are listed by group, and in a group by code', () => {
  const groups = Object.keys(GROUPS);
  const ranks = RULES.map(({ code }) => groups.indexOf(groupOf(code)) * 1000 + Number(code.slice(3)));
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
});

/** Where one mistake breaks two laws, and each has a remedy of its own. */
const BOTH_COUNT = new Set([
  // Weights of an experiment that are too high, and too many of them.
  'ROL028 ROL045',
  // An object where nothing stands: a matter of the type, and of the step.
  'ROL014 SCH004',
  'ROL018 SCH004',
  // A duplicate that lets nothing fail, a guard that fails to guard, a threshold in the wrong unit.
  'REF014 ANA028',
  'CON011 CON001',
  'CON012 CON007',
  // A route without a name, and out of reach; labels that never match, and a division by nothing.
  'TRF011 TRF020',
  'PRM020 PRM010',
  // A metric that nobody scrapes, and that mixes two versions once somebody does.
  'MON007 PRM006',
]);

test.each(RULES.map((rule) => [rule.code, rule] as const))('%s: no other rule says the same', (code, rule) => {
  const graph = graphOfLoaded(loadManifests([{ name: 'example.yaml', text: rule.bad }]));
  const { findings } = lint(graph, examplesOn(rule));
  const placeOf = ({ line, column, endColumn }: (typeof findings)[0]) => `${line}:${column}-${endColumn}`;
  const own = new Set(findings.filter((one) => one.code === code).map(placeOf));
  const others = findings
    .filter((one) => one.code !== code && groupOf(one.code) !== 'SUP' && one.severity !== 'note')
    .filter((one) => own.has(placeOf(one)) && !BOTH_COUNT.has(`${code} ${one.code}`))
    .map((one) => `${one.code} ${one.message}`);
  expect(others).toEqual([]);
});
