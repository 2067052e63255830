/** Two lists whose equal members stand beside each other: places in both, undefined where one has no counterpart. */
export type Pair = readonly [before: number | undefined, after: number | undefined];

/**
 * Puts equal members beside each other, as many as possible in their order, so that one that was inserted is one change.
 * What stands between two equal members was changed, as far as both lists have something there.
 */
export function aligned(before: readonly string[], after: readonly string[]): Pair[] {
  const [rows, columns] = [before.length, after.length];
  const longest = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0));
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      longest[i][j] =
        before[i] === after[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  let [gone, come]: [number[], number[]] = [[], []];
  const close = (): void => {
    for (let k = 0; k < Math.max(gone.length, come.length); k++) pairs.push([gone[k], come[k]]);
    [gone, come] = [[], []];
  };
  while (i < rows || j < columns) {
    if (i < rows && j < columns && before[i] === after[j]) {
      close();
      pairs.push([i++, j++]);
    } else if (j >= columns || (i < rows && longest[i + 1][j] >= longest[i][j + 1])) gone.push(i++);
    else come.push(j++);
  }
  close();
  return pairs;
}
