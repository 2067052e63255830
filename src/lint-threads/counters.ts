/** The counters that threads share, by their places. */
export const BATCHES = 0;
export const TASKS = 1;

export const newCounters = (): Int32Array => new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));

/** Gives the numbers of tasks so that the last one, which takes longest, is begun first. */
export function lastFirst(next: () => number, tasks: number): () => number {
  return () => {
    const nth = next();
    return nth === 0 ? tasks - 1 : nth < tasks ? nth - 1 : nth;
  };
}

/** Gives a number that no thread had, each time. */
export const counter = (counters: Int32Array, which: number) => (): number => Atomics.add(counters, which, 1);
