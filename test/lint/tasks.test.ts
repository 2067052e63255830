import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { toEnd } from '../../src/formats/to-end';
import { check, doTasks, inOrder, joined, progressOf, type Raw, tasksOf } from '../../src/lint';
import { RULES } from '../../src/rules';

/** Two of each rule's examples, and sets of apps: everything that any rule looks at, several times. */
const FIXTURES = join(__dirname, '../fixtures');
const texts = [
  ...RULES.flatMap(({ code, bad, good }) => [
    { name: `a/${code}/bad.yaml`, text: bad },
    { name: `a/${code}/good.yaml`, text: good },
    { name: `b/${code}/bad.yaml`, text: bad },
  ]),
  ...readdirSync(join(FIXTURES, 'corpus'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(join(FIXTURES, 'corpus', name), 'utf8') })),
];
/** Rollouts that share what else an example has, such as its templates: many ways to one mistake. */
const several = RULES.map(({ code, bad }) => {
  const documents = bad.split(/^---$/m).flatMap((text) => {
    const others = [1, 2, 3, 4, 5].map((nth) => text.replace(/^ {2}name: (\S+)$/m, `  name: $1-${nth}`));
    return /^kind: Rollout$/m.test(text) ? [text, ...others] : [text];
  });
  return { name: `several/${code}.yaml`, text: documents.join('---\n') };
});
const graph = graphOfLoaded(loadManifests([...texts, ...several]));
const options = { closedWorld: true };
/** In a line, because a difference between thousands of fields takes long to show. */
const shown = ({ rule, severity, field, place, message, details: { within, hint, fix, because } }: Raw): string =>
  `${rule.code} ${severity} ${field?.resource.origin.file} ${field?.resource} ${field} ${JSON.stringify([place, within, hint, fix?.title, because?.map(String)])} ${message}`;
const whole = RULES.flatMap((rule) => joined([check(rule, graph, options)])).map(shown);

test('what is found in the parts of a graph is what is found in the whole, in its order, whoever does which task', () => {
  expect(whole.length).toBeGreaterThan(1000);
  const parts = fc.integer({ min: 1, max: 80 });
  const orders = fc.infiniteStream(fc.nat());
  fc.assert(
    fc.property(parts, orders, (count, order) => {
      const tasks = tasksOf(RULES, count);
      const left = tasks.map((_, task) => task);
      // Tasks are begun in any order, each once.
      const next = (): number =>
        left.length === 0 ? tasks.length : left.splice(order.next().value! % left.length, 1)[0];
      const found = toEnd(doTasks(tasks, RULES, graph, options, next));
      expect(inOrder(found, RULES).map(shown)).toEqual(whole);
    }),
    { numRuns: 8 },
  );
});

test('progress is shown once for each rule, whatever the parts, and is complete at the end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30 }), (parts, count) => {
      const rules = RULES.slice(0, count);
      const tasks = tasksOf(rules, parts);
      const seen: number[] = [];
      let shown = 0;
      const progress = progressOf(tasks, rules, () => shown++);
      for (let begun = 0; begun <= tasks.length + 2; begun++) {
        progress(begun);
        seen.push(shown);
      }
      expect(seen[0]).toBe(0);
      expect(seen.at(-1)).toBe(rules.length);
      // Of many parts, none is half of the work.
      if (parts > 2) expect(seen[Math.floor(tasks.length / 2)]).toBeLessThan(rules.length);
    }),
  );
});

test('each rule is checked in one way, except for those that the engine checks', () => {
  const ways = RULES.map((rule) => [
    rule.code,
    Number(rule.check !== undefined) + Number(rule.checkPart !== undefined),
  ]);
  expect(ways.filter(([, count]) => count !== 1)).toEqual([
    ['SUP001', 0],
    ['SUP002', 0],
    ['SUP003', 0],
  ]);
});
