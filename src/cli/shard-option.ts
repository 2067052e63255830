import { InvalidArgumentError } from 'commander';
import { type Shard, readShard } from '../formats/shard';

/** The description of the option `--shard`, which several commands share. */
export const SHARD_FLAG = '--shard <i/n>';

/** Reads the value of `--shard`. */
export function shardOption(text: string): Shard {
  const shard = readShard(text);
  if (shard === undefined) throw new InvalidArgumentError('Give i/n, such as 3/8, with i from 1 to n.');
  return shard;
}
