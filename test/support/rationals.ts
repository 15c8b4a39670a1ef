import fc from 'fast-check';
import { rational, type Rational } from '../../src/arithmetic/rational.js';
import type { Vector } from '../../src/arithmetic/space.js';
import { rationalNumbers, vector } from '../../src/generator/number.js';
import { numbers } from '../../src/problem/body.js';
import type { Num } from '../../src/problem/shape.js';

/** Exact numbers and vectors: written down, shown, and drawn. */
export const q = (data: Num): Rational => rational.from(data);
export const column = (...data: Num[]): Rational[] => data.map(q);
export const show = (v: Vector<Rational>): string[] => Array.from(v, rational.format);

export const scalar = rationalNumbers.scalar.map(q);
export const positive = rationalNumbers.positive.map(q);
/** `count` vectors of n entries. */
export const vectors = (n: number, count: number): fc.Arbitrary<Vector<Rational>[]> =>
  fc.array(vector(rationalNumbers, n).map((data) => numbers(rational, data)), { minLength: count, maxLength: count });
