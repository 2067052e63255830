import { createHash } from 'node:crypto';

/** One part of a set that several machines share: the part `index` of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Reads `3/8`. Undefined where the text is not a shard. */
export function readShard(text: string): Shard | undefined {
  const [, index, count] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text)?.map(Number) ?? [];
  return index === undefined || index > count ? undefined : { index, count };
}

/**
 * Whether a name belongs to a shard. The hash of the name decides, so that the shards of one count are complete and
 * disjoint, and a name stays in its shard when others are added or removed.
 */
export function inShard(shard: Shard | undefined, name: string): boolean {
  if (shard === undefined) return true;
  const hash = createHash('sha256').update(name).digest().readUInt32BE(0);
  return hash % shard.count === shard.index - 1;
}
