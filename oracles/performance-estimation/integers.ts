import type { Rational } from '../../src/arithmetic/rational.js';
import type { Certificate } from './certificate.js';

/** Euclid's, of a > 0; positive. */
function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The least denominator that all numbers share, 1 for none. */
export function commonDenominator(numbers: Iterable<Rational>): bigint {
  let l = 1n;
  for (const { d } of numbers) l = l % d === 0n ? l : (l / gcd(l, d)) * d;
  return l;
}

/** The lower triangle over a denominator without common factors, as certificates have it. */
export function lowestTerms(rows: readonly (readonly bigint[])[], denominator: bigint): Certificate['remainder'] {
  const shared = rows.flat().reduce(gcd, denominator);
  return { denominator: String(denominator / shared), rows: rows.map((row) => row.map((entry) => String(entry / shared))) };
}
