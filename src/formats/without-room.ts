/**
 * The same list without room for more items, to be kept thousands of times: V8 makes room for 17 when the first item is
 * appended, and `filter` and `flatMap` append.
 */
export const withoutRoom = <T>(list: readonly T[]): T[] => list.slice();
