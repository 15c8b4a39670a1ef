import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largestOf, norm } from '../src/arithmetic/magnitude.js';
import './support/uncounted.js';

/** More than any engine takes as arguments. */
const MANY = 1_000_000;

describe('magnitudes of lists of any length', () => {
  test('the largest is that of Math.max, NaN and none included', () => {
    expect(largestOf([])).toBe(-Infinity);
    expect(largestOf([1, Number.NaN, 3])).toBeNaN();
    expect(largestOf([-0, 0])).toBe(0);
    expect(largestOf(Float64Array.from({ length: MANY }, (_, i) => 1 - i))).toBe(1);
    fc.assert(fc.property(fc.array(fc.double()), (values) => Object.is(largestOf(values), Math.max(...values))), { seed: 1 });
  });

  test('the norm is exact where it is a whole number, and as near as Math.hypot elsewhere', () => {
    expect(norm([])).toBe(0);
    expect(norm([3, -4])).toBe(5);
    expect(norm(new Float64Array(MANY).fill(1))).toBe(1000);
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 50 }), (values) => {
        const [ours, theirs] = [norm(values), Math.hypot(...values)];
        return ours === theirs || Math.abs(ours - theirs) <= 4 * Number.EPSILON * theirs;
      }),
      { seed: 2 },
    );
  });

  test('no square leaves the range, and what is no number stays none', () => {
    const scaled = (power: number): number => norm([3 * power, 4 * power]);
    expect(scaled(2 ** 800)).toBe(5 * 2 ** 800);
    expect(scaled(2 ** -800)).toBe(5 * 2 ** -800);
    expect(norm([1, Infinity])).toBe(Infinity);
    expect(norm([Infinity, Number.NaN])).toBeNaN();
    expect(norm([Number.NaN, 0])).toBeNaN();
  });
});
