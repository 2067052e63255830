/**
 * Gives the items of a list one after the other, so that the caller of a long run can show how far it is.
 *
 * @param what The work on one item, such as `adopting workload`.
 */
export type Each = <T>(items: readonly T[], what: string) => Iterable<T>;

/** Shows nothing. */
export const untold: Each = (items) => items;
