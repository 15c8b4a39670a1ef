/** Numbers that are the same on every machine, for the same seed. */
export interface Random {
  /** In [0, 1). */
  readonly uniform: () => number;
  /** An integer from 0 to below `count`. */
  readonly below: (count: number) => number;
  /** Standard normal. */
  readonly normal: () => number;
}

/** Mulberry32, and the Box–Muller transform. @param stream keeps what is drawn for one purpose apart from what is drawn for another. */
export function randomOf(seed: number, stream: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35);
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Not 0, of which there is no logarithm.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, below: (count) => Math.floor(count * uniform()), normal };
}
