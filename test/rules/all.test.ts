import { graphOfLoaded, loadManifests } from '../../src/graph';
import { GROUPS, groupOf, lint, RULES } from '../../src/rules';
import { findingsOf } from './describe-rule';

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
  });

  test('is found in its bad example', () => {
    const found = findingsOf(rule, rule.bad);
    expect(found.length).toBeGreaterThan(0);
    for (const { message, line, severity } of found) {
      expect(message).not.toMatch(/undefined|\[object|\.$/);
      expect(line).toBeGreaterThan(0);
      expect(severity).not.toBe('note');
    }
  });

  test('is not found in its good example', () => {
    expect(findingsOf(rule, rule.good)).toEqual([]);
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
