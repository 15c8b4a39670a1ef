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

/** What two denominators have to do with each other. Runs meet the same pairs again and again, entry by entry: each is looked at once. */
class Pair {
  /** Degree of what is in the second and not in the first, and of what is in the first and not in the second. */
  readonly missing: number;
  readonly beyond: number;
  readonly #a: Degree['below'];
  readonly #b: Degree['below'];
  #least: Degree['below'] | null = null;
  #product: Degree['below'] | null = null;

  constructor(a: Degree['below'], b: Degree['below']) {
    this.#a = a;
    this.#b = b;
    this.missing = beyond(b, a);
    this.beyond = beyond(a, b);
  }
  /** The least common multiple: one of the two where it is equal to it, so that few are made. */
  least(): Degree['below'] {
    if (this.missing === 0) return this.#a;
    return this.beyond === 0 ? this.#b : (this.#least ??= combined(this.#a, this.#b, Math.max));
  }
  product(): Degree['below'] {
    if (this.#b.size === 0) return this.#a;
    return this.#a.size === 0 ? this.#b : (this.#product ??= combined(this.#a, this.#b, (inA, inB) => inA + inB));
  }
}

function beyond(all: Degree['below'], part: Degree['below']): number {
  let degree = 0;
  for (const [factor, times] of all) degree += factor.degree * Math.max(0, times - (part.get(factor) ?? 0));
  return degree;
}
function combined(a: Degree['below'], b: Degree['below'], times: (inA: number, inB: number) => number): Degree['below'] {
  const all = new Map(a);
  for (const [factor, inB] of b) all.set(factor, times(a.get(factor) ?? 0, inB));
  return all;
}

const pairs = new WeakMap<Degree['below'], WeakMap<Degree['below'], Pair>>();
function pair(a: Degree['below'], b: Degree['below']): Pair {
  let known = pairs.get(a);
  if (known === undefined) pairs.set(a, known = new WeakMap());
  let found = known.get(b);
  if (found === undefined) known.set(b, found = new Pair(a, b));
  return found;
}

/** Over the least common denominator. */
function sum(a: Degree, b: Degree): Degree {
  if (a.below === b.below) return { above: Math.max(a.above, b.above), below: a.below };
  const both = pair(a.below, b.below);
  return { above: Math.max(a.above + both.missing, b.above + both.beyond), below: both.least() };
}

/** By the factor that is divided by. */
const quotients = new WeakMap<Factor, WeakMap<Degree['below'], Degree['below']>>();
function quotient(a: Degree['below'], b: Degree['below'], factor: Factor): Degree['below'] {
  let known = quotients.get(factor);
  if (known === undefined) quotients.set(factor, known = new WeakMap());
  const found = known.get(a);
  if (found !== undefined) return found;
  const below = new Map(a);
  for (const [one, times] of b) {
    const left = (below.get(one) ?? 0) - times;
    if (left > 0) below.set(one, left);
    else below.delete(one);
  }
  below.set(factor, (below.get(factor) ?? 0) + 1);
  known.set(a, below);
  return below;
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
  mul: (a, b) => (a === constant ? b : b === constant ? a : { above: a.above + b.above, below: pair(a.below, b.below).product() }),
  div(a, b) {
    if (b === constant) return a;
    let factor = factors.get(b);
    if (factor === undefined) factors.set(b, factor = { degree: b.above });
    // a/b = (a above · b below)/(a below · b above), where what is below both is cancelled.
    return { above: a.above + pair(a.below, b.below).missing, below: quotient(a.below, b.below, factor) };
  },
  neg: (a) => a,
  equal: () => false,
  from: (data) => (typeof data === 'number' || CONSTANT.test(data) ? constant : variable()),
  format: ({ above }) => `of degree ${above}`,
});
