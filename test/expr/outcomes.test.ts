import recorded from '../fixtures/expr/outcomes.json';
import { evaluate, type MeasuredResult } from '../../src/expr';

/**
 * What expr 1.15.5 itself, with Argo Rollouts' environment, answered: one letter a result, True, False or Error.
 * Numbers are kept as text because JSON knows neither NaN nor infinity.
 */
const LETTER = { true: 'T', false: 'F' };

const number = (text: string): number => Number(text.replace('Inf', 'Infinity'));
const read: Record<string, (raw: unknown) => MeasuredResult> = {
  vector: (raw) => (raw as string[]).map(number),
  scalar: (raw) => number(raw as string),
  json: (raw) => raw as MeasuredResult,
};

describe.each(Object.entries(recorded))('over a %s', (kind, { results, outcomes }) => {
  test.each(Object.entries(outcomes))('%s comes to what the real language says', (expression, expected) => {
    const ours = results.map((raw: unknown) => {
      const outcome = evaluate(expression, read[kind](raw), kind === 'json' ? 'json' : 'prometheus');
      return 'value' in outcome ? LETTER[`${outcome.value}`] : 'E';
    });
    expect(ours.join('')).toBe(expected);
  });
});
