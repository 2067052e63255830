import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareCondition, UnsupportedExpression, type EngineRelease, type MeasuredResult } from '../../src/expr';

/** As conformance/record-conditions.mjs asked: an empty vector, NaN, two values, three values, a scalar. */
const RESULTS: readonly MeasuredResult[] = [[], [NaN], [2.5, -1], [1, 2, 0], 2];

/** What Argo Rollouts answered for each condition and result: True, False or Error. */
const recorded = (engine: EngineRelease): [string, string][] =>
  Object.entries(
    JSON.parse(readFileSync(join(__dirname, `../fixtures/recorded/conditions-${engine}.json`), 'utf8')) as object,
  );

/** The same from our evaluator; `?` where it declines to judge. */
function ours(condition: string, engine: EngineRelease): string {
  const letters = RESULTS.map((result) => {
    try {
      const outcome = prepareCondition(condition, 'prometheus', engine)(result);
      if (!('value' in outcome)) return 'E';
      return outcome.value ? 'T' : 'F';
    } catch (error) {
      if (error instanceof UnsupportedExpression) return '?';
      throw error;
    }
  });
  return letters.join('');
}

describe.each<[EngineRelease, string]>([
  ['1.15.5', '1.9'],
  ['1.17.7', '1.10'],
])('expr %s, in Argo Rollouts %s', (engine) => {
  const all = recorded(engine);
  const size = 200;
  const groups = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

  test.each(groups.map((group) => [group[0][0], group] as const))('conditions from %s on', (_first, group) => {
    const wrong = group
      .map(([condition, theirs]) => ({ condition, theirs, ours: ours(condition, engine) }))
      .filter(({ theirs, ours: letters }) => !letters.includes('?') && letters !== theirs);
    expect(wrong).toEqual([]);
  });

  test('declines as few of them as before', () => {
    const declined = all.filter(([condition]) => ours(condition, engine).includes('?'));
    expect(declined.length / all.length).toBeLessThan(0.1);
  });
});
