import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { check, joined } from '../../src/lint';
import { doTasks, inOrder, tasksOf } from '../../src/lint-threads/tasks';
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
const graph = graphOfLoaded(loadManifests(texts));
const options = { closedWorld: true };
const whole = RULES.flatMap((rule) => joined([check(rule, graph, options)]));

test('several threads find what one finds, in its order, whoever does which task', () => {
  expect(whole.length).toBeGreaterThan(1000);
  const threads = fc.integer({ min: 2, max: 9 });
  const orders = fc.infiniteStream(fc.nat());
  fc.assert(
    fc.property(threads, orders, (count, order) => {
      const tasks = tasksOf(RULES, count);
      const left = tasks.map((_, task) => task);
      // Tasks are begun in any order, each once.
      const next = (): number =>
        left.length === 0 ? tasks.length : left.splice(order.next().value! % left.length, 1)[0];
      const found = doTasks(tasks, RULES, graph, options, next);
      expect(inOrder(found, RULES)).toEqual(whole);
    }),
    { numRuns: 8 },
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
