// Item 3: conditions × results give the same phase in our evaluator and in the controller's.
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { Oracle } from './oracles.mjs';
import { failuresOf } from './random.mjs';
import { conditionPair, resultOf } from './condition-corpus.mjs';
import { keptCases } from './kept.mjs';
import { engineOf } from './releases.mjs';

const require = createRequire(import.meta.url);

/** A result as Prometheus writes it, and the same as our evaluator takes it. */
const number = (text) => Number(text.replace(/Inf/, 'Infinity'));
export const measured = (result) => {
  if (result.scalar !== undefined) return number(result.scalar);
  return (result.matrix?.flat() ?? result.vector).map(number);
};

export async function conditions({ count, seed, only, release }) {
  const { prepareAssessment, UnsupportedExpression } = require('../../lib/src/expr');
  const engine = engineOf(release);
  const oracle = new Oracle(`rollouts-${release}`);
  const figures = { compared: 0, agreed: 0, declined: 0, phases: {} };
  const disagreements = [];

  const compare = async ({ success = '', failure = '', result }) => {
    const theirs = await oracle.ask({ kind: 'condition', success, failure, result });
    let ours;
    try {
      ours = prepareAssessment(
        { successCondition: success, failureCondition: failure },
        'prometheus',
        engine,
      )(measured(result));
    } catch (error) {
      if (!(error instanceof UnsupportedExpression)) throw error;
      return { ours: `declined: ${error.what}`, theirs, agree: true, declined: true };
    }
    return { ours, theirs, agree: ours.phase === theirs.phase };
  };
  const note = ({ theirs, agree, declined }) => {
    figures.compared += 1;
    if (declined) figures.declined += 1;
    else if (agree) figures.agreed += 1;
    figures.phases[theirs.phase] = (figures.phases[theirs.phase] ?? 0) + 1;
  };

  try {
    for (const { id, title, ...input } of keptCases('conditions', only)) {
      const verdict = await compare(input);
      note(verdict);
      if (only || !verdict.agree) disagreements.push({ id, title, input, ...verdict });
    }
    if (!only) {
      const property = fc.asyncProperty(conditionPair, resultOf, async (pair, result) => {
        const verdict = await compare({ ...pair, result });
        note(verdict);
        if (!verdict.agree) throw new Error('the phases differ');
      });
      for (const { seed: at, counterexample } of await failuresOf(property, { count, seed })) {
        const [pair, result] = counterexample;
        const verdict = await compare({ ...pair, result });
        disagreements.push({ id: `seed ${at}`, input: { ...pair, result }, ...verdict });
      }
    }
  } finally {
    oracle.close();
  }
  return { figures, disagreements };
}
