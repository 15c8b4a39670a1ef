import { arraySpace, type Space } from './space.js';

/** A quotient of polynomials in a case's random entries, of which only degrees are known: at most `above` on top, and below a product of powers of what was divided by. */
export interface Degree {
  readonly above: number;
  readonly below: Powers;
}
/** How often each factor is in it, by the order in which they were met; none of those that are left out at its end. */
type Powers = Uint32Array;

const NONE: Powers = new Uint32Array(0);
/** Numbers that are written in formulas and algorithms; those of a case are of the size of the modulus. */
const CONSTANT = /^-?\d{1,9}(?:\/\d{1,9})?$/;

function combined(a: Powers, b: Powers, power: (inA: number, inB: number) => number): Powers {
  const all = new Uint32Array(Math.max(a.length, b.length));
  for (let i = 0; i < all.length; i++) all[i] = power(i < a.length ? a[i]! : 0, i < b.length ? b[i]! : 0);
  return all;
}
/** Entries of one vector have one denominator: what is made of two is made once. */
function once<R>(make: (a: Powers, b: Powers) => R): (a: Powers, b: Powers) => R {
  const known = new WeakMap<Powers, WeakMap<Powers, R>>();
  return (a, b) => {
    let withA = known.get(a);
    if (withA === undefined) known.set(a, withA = new WeakMap());
    let made = withA.get(b);
    if (made === undefined) withA.set(b, made = make(a, b));
    return made;
  };
}

/**
 * A run over degrees says of which degree an identity is, in place of a count by hand: x = y holds for all numbers if it does for random ones, but with a
 * probability of at most this degree by the size of the field (Schwartz–Zippel). It has no order, and no two of its numbers are equal. Each run has a space
 * of its own, which knows what the run divided by.
 */
export function degrees(): Space<Degree> {
  const constant: Degree = { above: 0, below: NONE };
  /** The degree of each factor, which is the numerator of what was divided by. */
  const factors: number[] = [];
  const inverse = new WeakMap<Degree, Powers>();
  /** 1/b but for what is below b. Two quotients by one number have one denominator. */
  const over = (b: Degree): Powers => {
    let below = inverse.get(b);
    if (below === undefined) {
      below = b.above === 0 ? NONE : new Uint32Array(factors.push(b.above));
      if (below.length > 0) below[below.length - 1] = 1;
      inverse.set(b, below);
    }
    return below;
  };
  const product = once((a, b) => (b.length === 0 ? a : a.length === 0 ? b : combined(a, b, (inA, inB) => inA + inB)));
  const left = once((a, b) => combined(a, b, (inA, inB) => Math.max(0, inA - inB)));
  /** The degree of all that is in `all` more often than in `part`. */
  const rest = once((all, part) => {
    let degree = 0;
    for (let i = 0; i < all.length; i++) degree += factors[i]! * Math.max(0, all[i]! - (i < part.length ? part[i]! : 0));
    return degree;
  });
  /** The least common denominator, which is mostly one of the two. */
  const common = once((a, b) => (rest(b, a) === 0 ? a : rest(a, b) === 0 ? b : combined(a, b, Math.max)));
  const sum = (a: Degree, b: Degree): Degree =>
    a.below === b.below
      ? { above: Math.max(a.above, b.above), below: a.below }
      : { above: Math.max(a.above + rest(b.below, a.below), b.above + rest(a.below, b.below)), below: common(a.below, b.below) };
  return arraySpace<Degree>({
    name: 'prime-field',
    exact: true,
    zero: constant,
    one: constant,
    add: sum,
    sub: sum,
    mul: (a, b) => (a === constant ? b : b === constant ? a : { above: a.above + b.above, below: product(a.below, b.below) }),
    // a/b = (a above · b below)/(a below · b above), where what is below both is cancelled.
    div: (a, b) => (b === constant ? a : { above: a.above + rest(b.below, a.below), below: product(left(a.below, b.below), over(b)) }),
    neg: (a) => a,
    equal: () => false,
    // Each number of a case is an object of its own: another one is another variable, by which something else is divided.
    from: (data) => (typeof data === 'number' || CONSTANT.test(data) ? constant : { above: 1, below: NONE }),
    format: ({ above }) => `of degree ${above}`,
  });
}
