import fc from 'fast-check';
import { ratio, rational, type Rational } from '../../src/arithmetic/rational.js';
import type { Space, Vector } from '../../src/arithmetic/space.js';

/** All tests draw the same cases on every machine and in every run. */
export const SEED = 20_240_229;

/** Runs `property` on `runs` cases that depend on SEED alone. */
export function holdsFor<T>(runs: number, property: fc.IProperty<T>): void {
  fc.assert(property, { seed: SEED, numRuns: runs });
}

/** The number that a scalar is, as a fraction: doubles and decimals are fractions, and so their errors are compared without any. */
export function exactly<S>(K: Space<S>, value: S): Rational {
  const text = K.format(value);
  if (K.name === 'rational') return rational.from(text);
  if (K.name === 'float64') return rational.from(Number(text));
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`expected a decimal, got ${text}`);
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(`${sign!}${whole!}${fraction}`);
  return shift >= 0 ? ratio(digits * 10n ** BigInt(shift)) : ratio(digits, 10n ** BigInt(-shift));
}

export function exactVector<S>(K: Space<S>, x: Vector<S>): Rational[] {
  return Array.from(x, (entry) => exactly(K, entry));
}

/** Half the distance from 1 to the next number, relative: what one rounding may cost. 0 in exact arithmetic. */
export function unitRoundoff(name: string, digits: number): Rational {
  if (name === 'float64') return ratio(1n, 1n << 53n);
  return name === 'decimal' ? ratio(5n, 10n ** BigInt(digits)) : ratio(0n);
}

/** γ_k = ku/(1 − ku) (Higham, chapter 3), as a fraction. */
export function gammaOf(unit: Rational, k: number): Rational {
  const ku = unit.mul(ratio(k));
  return ku.div(ratio(1).sub(ku));
}
