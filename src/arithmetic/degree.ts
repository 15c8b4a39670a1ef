import { arraySpace, type Space } from './space.js';

/**
 * A quotient of polynomials in a case's random entries, of which only degrees are known: at most `above` on top, and below a product of factors, each the
 * numerator of what was divided by.
 */
export interface Degree {
  readonly above: number;
  /** In the order of their ages, so that two are gone through side by side. */
  readonly below: readonly Power[];
}
/** Its own degree; one object for each number that was divided by. */
interface Factor {
  readonly age: number;
  readonly degree: number;
}
interface Power {
  readonly factor: Factor;
  readonly times: number;
}

const NONE: Degree['below'] = [];
const constant: Degree = { above: 0, below: NONE };
/** An object of its own: another one is another variable, by which something else is divided. */
const variable = (): Degree => ({ above: 1, below: NONE });
/** Numbers that are written in formulas and algorithms; those of a case are of the size of the modulus. */
const CONSTANT = /^-?\d{1,9}(?:\/\d{1,9})?$/;

/** Goes through the factors of a and b side by side. */
function merged(a: Degree['below'], b: Degree['below'], visit: (inA: Power | null, inB: Power | null) => void): void {
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [p, q] = [a[i], b[j]];
    const isOlder = q === undefined || (p !== undefined && p.factor.age < q.factor.age);
    const isYounger = p === undefined || (q !== undefined && q.factor.age < p.factor.age);
    visit(isYounger ? null : p, isOlder ? null : q);
    if (!isYounger) i += 1;
    if (!isOlder) j += 1;
  }
}
function combined(a: Degree['below'], b: Degree['below'], times: (inA: number, inB: number) => number): Degree['below'] {
  const all: Power[] = [];
  merged(a, b, (p, q) => {
    const { factor } = (p ?? q)!;
    const power = times(p?.times ?? 0, q?.times ?? 0);
    if (power > 0) all.push(p?.times === power ? p : { factor, times: power });
  });
  return all;
}
/** Entries of one vector have one denominator: what is made of two is made once. */
function once<R>(make: (a: Degree['below'], b: Degree['below']) => R): (a: Degree['below'], b: Degree['below']) => R {
  const known = new WeakMap<Degree['below'], WeakMap<Degree['below'], R>>();
  return (a, b) => {
    let withA = known.get(a);
    if (withA === undefined) known.set(a, withA = new WeakMap());
    let made = withA.get(b);
    if (made === undefined) withA.set(b, made = make(a, b));
    return made;
  };
}
const product = once((a, b) => (b.length === 0 ? a : a.length === 0 ? b : combined(a, b, (inA, inB) => inA + inB)));
const left = once((a, b) => combined(a, b, (inA, inB) => inA - inB));
/** The degree of all that is in `all` more often than in `part`. */
const rest = once((all, part) => {
  let degree = 0;
  merged(all, part, (p, q) => {
    if (p !== null) degree += p.factor.degree * Math.max(0, p.times - (q?.times ?? 0));
  });
  return degree;
});
/** The least common denominator, which is mostly one of the two. */
const common = once((a, b) => (rest(b, a) === 0 ? a : rest(a, b) === 0 ? b : combined(a, b, Math.max)));
function sum(a: Degree, b: Degree): Degree {
  if (a.below === b.below) return { above: Math.max(a.above, b.above), below: a.below };
  return { above: Math.max(a.above + rest(b.below, a.below), b.above + rest(a.below, b.below)), below: common(a.below, b.below) };
}

/** What each number was divided by, so that two quotients by one number have one denominator. */
const factors = new WeakMap<Degree, Degree['below']>();
let ages = 0;

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
  mul: (a, b) => (a === constant ? b : b === constant ? a : { above: a.above + b.above, below: product(a.below, b.below) }),
  div(a, b) {
    if (b === constant) return a;
    let below = factors.get(b);
    if (below === undefined) factors.set(b, below = b.above === 0 ? NONE : [{ factor: { age: ages++, degree: b.above }, times: 1 }]);
    // a/b = (a above · b below)/(a below · b above), where what is below both is cancelled.
    return { above: a.above + rest(b.below, a.below), below: product(left(a.below, b.below), below) };
  },
  neg: (a) => a,
  equal: () => false,
  from: (data) => (typeof data === 'number' || CONSTANT.test(data) ? constant : variable()),
  format: ({ above }) => `of degree ${above}`,
});
