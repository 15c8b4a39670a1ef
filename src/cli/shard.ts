/** `--shard i/n`: the i-th of n parts of a run. */

import { UsageError } from './usage.js';

export interface Shard {
  /** 1 ≤ index ≤ count. */
  readonly index: number;
  readonly count: number;
}

/** "2/5" as { index: 2, count: 5 }. @throws {UsageError} */
export function shardOption(text: string | undefined): Shard | null {
  if (text === undefined) return null;
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match !== null && index >= 1 && index <= count) return { index, count };
  throw new UsageError(`expected --shard to be i/n with 1 ≤ i ≤ n, like 1/2, got "${text}"`);
}

/** The claims of one part, in their order: each belongs to one. Without a shard, all. */
export function shareOf<T>(shard: Shard | null, claims: readonly T[]): readonly T[] {
  return shard === null ? claims : claims.filter((_, i) => i % shard.count === shard.index - 1);
}

/** A run's command line, with the part that it is of, where there is one, and its seed. @param out the option, where it was given. */
export function commandLine(whole: string, shard: Shard | null, out: string, seed: number): string {
  return `${whole}${shard === null ? '' : ` --shard ${shard.index}/${shard.count}`}${out} --seed ${seed}`;
}
