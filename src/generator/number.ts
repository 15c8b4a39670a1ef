import fc from 'fast-check';
import type { Num } from '../problem/shape.js';

/** Where numbers come from in one kind of arithmetic. */
export interface NumberSource {
  readonly name: 'float64' | 'rational' | 'prime-field';
  /** Of any sign. */
  readonly scalar: fc.Arbitrary<Num>;
  /** > 0, of moderate size. */
  readonly positive: fc.Arbitrary<Num>;
  /** Weights α_t > 0: over six decades where the arithmetic can bear it. */
  readonly weight: fc.Arbitrary<Num>;
  /** The largest horizon and dimension that this arithmetic can afford by default. */
  readonly horizon: number;
  readonly dimension: number;
}

/** p/q as a string, in lowest terms or not: small p and q, shrinking to 0 and to integers. */
function fraction(min: number, max: number, denominators: number): fc.Arbitrary<Num> {
  return fc.tuple(fc.integer({ min, max }), fc.integer({ min: 1, max: denominators })).map(([p, q]) => (q === 1 || p % q === 0 ? String(p / q) : `${p}/${q}`));
}

export const rationalNumbers: NumberSource = {
  name: 'rational',
  scalar: fraction(-6, 6, 4),
  positive: fraction(1, 6, 4),
  weight: fraction(1, 5, 3),
  horizon: 5,
  dimension: 2,
};

/**
 * k/10⁶ with k uniform: `fc.double` is uniform over bit patterns, so that nearly all of its numbers are next to nothing. Shrinks
 * to 0.
 */
export function uniform(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: Math.ceil(min * 1e6), max: Math.floor(max * 1e6) }).map((k) => k / 1e6);
}

/** 10^e. The last digit of `10 ** e` is not the same on every Node, and that of exp is. */
function powerOfTen(e: number): number {
  const whole = Math.floor(e);
  return Number(`1e${whole}`) * Math.exp((e - whole) * Math.LN10);
}

/** 10^U(lowest, highest), log-uniform; it shrinks towards 1. */
export function logUniform(lowest: number, highest: number): fc.Arbitrary<number> {
  return uniform(lowest, highest).map(powerOfTen);
}

const moderate = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 4, arbitrary: uniform(-4, 4) },
  { weight: 1, arbitrary: fc.tuple(uniform(-1, 1), fc.integer({ min: -3, max: 3 })).map(([x, e]) => x * powerOfTen(e)) },
);

export const doubles: NumberSource = {
  name: 'float64',
  scalar: moderate,
  positive: logUniform(-1.5, 1),
  weight: logUniform(-3, 3),
  horizon: 40,
  dimension: 4,
};

/** Integers below 2^61 as strings: residues of the prime field, uniform, so that Schwartz–Zippel applies. */
const residue = fc.noBias(fc.bigInt({ min: 1n, max: (1n << 61n) - 2n })).map(String);
export const residues: NumberSource = { name: 'prime-field', scalar: residue, positive: residue, weight: residue, horizon: 200, dimension: 2 };

/** The same arbitrary each time for the same numbers and sizes: to make one takes about as long as to draw from it. */
export function bySizes<T, A extends readonly number[]>(make: (numbers: NumberSource, ...sizes: A) => fc.Arbitrary<T>): (numbers: NumberSource, ...sizes: A) => fc.Arbitrary<T> {
  const known = new WeakMap<NumberSource, Map<string, fc.Arbitrary<T>>>();
  return (numbers, ...sizes) => {
    const ofNumbers = known.get(numbers) ?? new Map<string, fc.Arbitrary<T>>();
    known.set(numbers, ofNumbers);
    const key = sizes.join();
    const arbitrary = ofNumbers.get(key) ?? make(numbers, ...sizes);
    ofNumbers.set(key, arbitrary);
    return arbitrary;
  };
}

export const vector = bySizes((numbers, length: number): fc.Arbitrary<Num[]> => fc.array(numbers.scalar, { minLength: length, maxLength: length }));

export function matrix(numbers: NumberSource, rows: number, columns: number): fc.Arbitrary<Num[][]> {
  return fc.array(vector(numbers, columns), { minLength: rows, maxLength: rows });
}

export function positives(numbers: NumberSource, length: number): fc.Arbitrary<Num[]> {
  return fc.array(numbers.positive, { minLength: length, maxLength: length });
}
