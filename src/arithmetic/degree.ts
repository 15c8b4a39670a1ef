import { arraySpace, type Space } from './space.js';

/**
 * A quotient of polynomials in a case's random entries, of which only degrees are known: at most `above` on top, and below a product of factors, each the
 * numerator of what was divided by.
 */
export interface Degree {
  readonly above: number;
  readonly below: ReadonlyMap<Factor, number>;
}
/** Its own degree; one object for each number that was divided by. */
interface Factor {
  readonly degree: number;
}

const NONE: Degree['below'] = new Map();
const constant: Degree = { above: 0, below: NONE };
/** An object of its own: another one is another variable, by which something else is divided. */
const variable = (): Degree => ({ above: 1, below: NONE });
/** Numbers that are written in formulas and algorithms; those of a case are of the size of the modulus. */
const CONSTANT = /^-?\d{1,9}(?:\/\d{1,9})?$/;

/** The degree of all that is in `all` more often than in `part`. */
function rest(all: Degree['below'], part: Degree['below']): number {
  let degree = 0;
  for (const [factor, times] of all) degree += factor.degree * Math.max(0, times - (part.get(factor) ?? 0));
  return degree;
}
function combined(a: Degree['below'], b: Degree['below'], times: (inA: number, inB: number) => number): Degree['below'] {
  if (b.size === 0) return a;
  const all = new Map(a);
  for (const [factor, inB] of b) all.set(factor, times(all.get(factor) ?? 0, inB));
  return all;
}
/** Over the least common denominator. */
function sum(a: Degree, b: Degree): Degree {
  if (a.below === b.below) return { above: Math.max(a.above, b.above), below: a.below };
  const below = combined(a.below, b.below, Math.max);
  return { above: Math.max(a.above + rest(below, a.below), b.above + rest(below, b.below)), below };
}

/** What each number was divided by, so that two quotients by one number have one denominator. */
const factors = new WeakMap<Degree, Factor>();

/**
 * A run over degrees says of which degree an identity is, in place of a count by hand: x = y holds for all numbers if it does for random ones, but with a
 * probability of at most this degree by the size of the field (Schwartz–Zippel). It has no order, and no two of its numbers are equal.
 */
export const degrees: Space<Degree> = arraySpace<Degree>({
  name: 'prime-field',
  exact: true,
  zero: constant,
  one: constant,
  add: sum,
  sub: sum,
  mul: (a, b) => (a === constant ? b : b === constant ? a : { above: a.above + b.above, below: combined(a.below, b.below, (inA, inB) => inA + inB) }),
  div(a, b) {
    if (b === constant) return a;
    let factor = factors.get(b);
    if (factor === undefined) factors.set(b, factor = { degree: b.above });
    // a/b = (a above · b below)/(a below · b above), where what is below both is cancelled.
    const below = new Map(a.below);
    for (const [one, times] of b.below) {
      const left = (below.get(one) ?? 0) - times;
      if (left > 0) below.set(one, left);
      else below.delete(one);
    }
    below.set(factor, (below.get(factor) ?? 0) + 1);
    return { above: a.above + rest(b.below, a.below), below };
  },
  neg: (a) => a,
  equal: () => false,
  from: (data) => (typeof data === 'number' || CONSTANT.test(data) ? constant : variable()),
  format: ({ above }) => `of degree ${above}`,
});
