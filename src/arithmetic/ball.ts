import { float64 } from './float64.js';
import { norm } from './magnitude.js';
import { arraySpace, type RealSpace, type Vector } from './space.js';

/** Every number within `error` of `value`: midpoint-radius arithmetic (Rump 1999). Not a first-order bound: products of errors count. */
export interface Ball {
  readonly value: number;
  readonly error: number;
}

const UNIT = 2 ** -53;
/** What an underflow may lose. */
const TINY = 2 ** -1022;
/** Radii are computed in doubles themselves, in at most 8 roundings an operation. */
const OUTWARDS = 1 + 2 ** -50;

/** A computed number: what the operands' errors make of it, and half an ulp of its own. */
function ball(value: number, spread: number, lost = 0): Ball {
  return { value, error: (spread + UNIT * Math.abs(value) + lost) * OUTWARDS };
}

const isZero = ({ value, error }: Ball): boolean => value === 0 && error === 0;
const exactly = (value: number): Ball => ({ value, error: 0 });

function product(a: Ball, b: Ball): Ball {
  if (isZero(a) || isZero(b)) return exactly(0);
  return ball(a.value * b.value, Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error, TINY);
}

function quotient(a: Ball, b: Ball): Ball {
  const value = a.value / b.value;
  const least = Math.abs(b.value) - b.error;
  if (!(least > 0)) return { value, error: Infinity };
  return isZero(a) ? exactly(0) : ball(value, (a.error + Math.abs(value) * b.error) / least, TINY);
}

/** |√a − √b| ≤ |a − b|/√a, and ≤ √|a − b|. What is below 0 by rounding alone has the root 0. */
function root({ value, error }: Ball): Ball {
  if (value < 0 && value + error >= 0) return { value: 0, error: Math.sqrt(value + error) * OUTWARDS };
  const middle = Math.sqrt(value);
  return ball(middle, error === 0 ? 0 : Math.min(error / middle, Math.sqrt(error)));
}

/** The value of a monotone concave or convex function, from its values at both ends. `ulps`: how exactly the platform computes it. */
function through(a: Ball, f: (x: number) => number, ulps = 2): Ball {
  const value = f(a.value);
  const [low, high] = [f(a.value - a.error), f(a.value + a.error)];
  return ball(value, Math.max(Math.abs(high - value), Math.abs(value - low)), ulps * UNIT * (Math.abs(low) + Math.abs(high)) + TINY);
}

/**
 * Numbers that know how far off they may be. A computation on balls that hold the true inputs ends in balls that hold the true results: a
 * tolerance that nobody sets. Comparisons look at midpoints alone, so a branch is taken as the midpoints have it.
 */
export const balls: RealSpace<Ball> = {
  ...arraySpace<Ball>({
    name: 'float64',
    exact: false,
    zero: exactly(0),
    one: exactly(1),
    add: (a, b) => (isZero(a) ? b : isZero(b) ? a : ball(a.value + b.value, a.error + b.error)),
    sub: (a, b) => (isZero(b) ? a : ball(a.value - b.value, a.error + b.error)),
    mul: product,
    div: quotient,
    neg: ({ value, error }) => ({ value: -value, error }),
    equal: (a, b) => a.value === b.value,
    // A fraction is rounded; a double stands for itself.
    from: (data) => (typeof data === 'number' ? exactly(float64.from(data)) : ball(float64.from(data), 0)),
    format: ({ value }) => float64.format(value),
  }),
  ordered: true,
  real: true,
  compare: (a, b) => float64.compare(a.value, b.value),
  lessOrEqual: (a, b) => a.value <= b.value,
  // |max(a, b) − max(a', b')| ≤ max(|a − a'|, |b − b'|)
  max: (a, b) => ({ value: Math.max(a.value, b.value), error: Math.max(a.error, b.error) }),
  min: (a, b) => ({ value: Math.min(a.value, b.value), error: Math.max(a.error, b.error) }),
  abs: ({ value, error }) => ({ value: Math.abs(value), error }),
  toNumber: ({ value }) => value,
  sqrt: root,
  exp: (a) => through(a, Math.exp),
  log: (a) => through(a, Math.log),
  log1p: (a) => through(a, Math.log1p),
};

/** Numbers as they are, each off by as much as `errors` says. */
export function around(values: ArrayLike<number>, errors: (index: number) => number = () => 0): Vector<Ball> {
  return Array.from(values, (value, i) => ({ value, error: errors(i) }));
}

/** The midpoints. */
export function middle(v: Vector<Ball>): Float64Array {
  return Float64Array.from(Array.from(v), ({ value }) => value);
}

/** An upper bound on ‖v − its midpoint‖. */
export function spread(v: Vector<Ball>): number {
  return norm(Array.from(v, ({ error }) => error)) * OUTWARDS;
}
