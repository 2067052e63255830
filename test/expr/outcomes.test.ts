import older from '../fixtures/expr/outcomes-1.15.5.json';
import newer from '../fixtures/expr/outcomes-1.17.7.json';
import {
  prepareCondition,
  NEWEST_ENGINE,
  UnsupportedExpression,
  type EngineRelease,
  type MeasuredResult,
} from '../../src/expr';

/**
 * What expr itself, with Argo Rollouts' environment, answered: one letter a result, True, False or Error. Numbers are
 * kept as text because JSON knows neither NaN nor infinity.
 */
type Recorded = Readonly<
  Record<
    string,
    {
      readonly results: readonly unknown[];
      readonly outcomes: Readonly<Record<string, string>>;
    }
  >
>;

const RECORDED: [EngineRelease, Recorded][] = [
  ['1.15.5', older],
  ['1.17.7', newer],
];

const LETTER = { true: 'T', false: 'F' };

const number = (text: string): number => Number(text.replace('Inf', 'Infinity'));
const read: Record<string, (raw: unknown) => MeasuredResult> = {
  vector: (raw) => (raw as string[]).map(number),
  scalar: (raw) => number(raw as string),
  json: (raw) => raw as MeasuredResult,
};

function ours(expression: string, kind: string, raw: unknown, release: EngineRelease): string {
  try {
    const outcome = prepareCondition(expression, kind === 'json' ? 'json' : 'prometheus', release)(read[kind](raw));
    return 'value' in outcome ? LETTER[`${outcome.value}`] : 'E';
  } catch (error) {
    if (error instanceof UnsupportedExpression) return '?';
    throw error;
  }
}

describe.each(RECORDED)('expr %s', (release, recorded) => {
  describe.each(Object.entries(recorded))('over a %s', (kind, { results, outcomes }) => {
    test.each(Object.entries(outcomes))('%s has the result of the real language', (expression, expected) => {
      const letters = results.map((raw) => ours(expression, kind, raw, release)).join('');
      // What cannot be judged with certainty is declined, for every result, never guessed.
      expect(letters).toBe(letters.includes('?') ? expected.replace(/./g, '?') : expected);
    });

    test('declines next to nothing of it', () => {
      const declined = Object.keys(outcomes).filter(
        (expression) => ours(expression, kind, results[0], release) === '?',
      );
      expect(declined.length).toBeLessThan(Object.keys(outcomes).length / 20);
    });
  });
});

test('the newest release is what counts where none is named', () => {
  expect(NEWEST_ENGINE).toBe('1.17.7');
  expect(prepareCondition('result == []')([])).toEqual(prepareCondition('result == []', 'prometheus', '1.17.7')([]));
  expect(prepareCondition('result == []')([])).not.toEqual(
    prepareCondition('result == []', 'prometheus', '1.15.5')([]),
  );
});
