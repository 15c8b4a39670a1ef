import fc from 'fast-check';
import type { Num } from '../problem/shape.js';
import type { MetaCase } from './meta-case.js';
import { rationalNumbers } from './number.js';

/** A run from 0 with φ = w on Huber's function, whose minimiser is so many thirds as far away as its round part is wide. */
export interface HuberCase {
  readonly thirds: number;
  /** T */
  readonly horizon: number;
  /** Of the round part, in thirds. */
  readonly width: number;
  /** L */
  readonly weight: Num;
  /** f(x*) */
  readonly minimum: Num;
}

export function huberCase(thirds: readonly number[], horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<HuberCase> {
  return fc.record({
    thirds: fc.constantFrom(...thirds),
    horizon: fc.integer(horizon),
    width: fc.integer({ min: 1, max: 6 }),
    weight: rationalNumbers.positive,
    minimum: rationalNumbers.scalar,
  });
}

/** At β = 1/(2L). */
export function huberRun({ thirds, horizon, width, weight, minimum }: HuberCase): MetaCase {
  const minimiser = `${thirds * width}/9`;
  return {
    function: {
      body: { kind: 'ridge', terms: [{ direction: ['1'], offset: minimiser, weight, shape: { kind: 'huber', width: `${width}/3` } }] },
      minimiser: [minimiser],
      minimum,
    },
    rule: { kind: 'identity' },
    set: { kind: 'all', dimension: 1 },
    hint: { kind: 'none' },
    alpha: Array<Num>(horizon).fill('1'),
    beta: Array<Num>(horizon + 1).fill('1/2'),
    index: 'equation-4',
    projection: 'lazy',
    start: ['0'],
  };
}
