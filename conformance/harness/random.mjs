// Random cases, and the smallest of those that fail.
import fc from 'fast-check';

/** A failing case is made smaller for this long, which is time enough for most. */
const SHRINKING_MS = 60_000;
const ROUNDS = 8;

/**
 * Tries a property on so many cases, several at a time. Each round ends at its first failure. Gives the failures, made
 * small: { seed, path, counterexample, error }.
 */
export async function failuresOf(property, { count, seed }) {
  const numRuns = Math.ceil(count / ROUNDS);
  const rounds = Array.from({ length: ROUNDS }, async (_, round) => {
    const found = await fc.check(property, { seed: seed + round, numRuns, endOnFailure: true });
    if (!found.failed) return undefined;
    const small = await fc.check(property, {
      seed: found.seed,
      path: found.counterexamplePath,
      numRuns,
      interruptAfterTimeLimit: SHRINKING_MS,
    });
    const { counterexample, errorInstance } = small.counterexample ? small : found;
    return { seed: found.seed, counterexample, error: String(errorInstance) };
  });
  return (await Promise.all(rounds)).filter((failure) => failure !== undefined);
}
