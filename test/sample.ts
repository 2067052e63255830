/**
 * The cases of a list that a run tries: `npm test` every nth of them, `npm run test:whole` all.
 *
 * @param cases All cases, in an order that does not change from run to run.
 * @param every One of so many is tried; 1 is all.
 */
export function sample<T>(cases: readonly T[], every: number): readonly T[] {
  return process.env.TESTS === 'whole' ? cases : cases.filter((_, at) => at % every === 0);
}

/**
 * How many random cases a property test tries.
 *
 * @param whole The number of `npm run test:whole`.
 * @param every `npm test` tries this part of it: 4 is a quarter.
 */
export function sampleSize(whole: number, every: number): number {
  return process.env.TESTS === 'whole' ? whole : Math.max(1, Math.round(whole / every));
}
