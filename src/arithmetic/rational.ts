import { mathjs } from './mathjs.js';
import { ZeroDivisionError, arraySpace, nearestDouble, parseFraction, type OrderedSpace } from './space.js';

/** What this package uses of mathjs's Fraction: arbitrary precision, BigInt numerator and denominator, always reduced. */
export interface Rational {
  readonly s: bigint;
  readonly n: bigint;
  readonly d: bigint;
  readonly add: (other: Rational) => Rational;
  readonly sub: (other: Rational) => Rational;
  readonly mul: (other: Rational) => Rational;
  readonly div: (other: Rational) => Rational;
  readonly neg: () => Rational;
  readonly abs: () => Rational;
  readonly compare: (other: Rational) => number;
  readonly equals: (other: Rational) => boolean;
  readonly valueOf: () => number;
  readonly toFraction: () => string;
}

// mathjs types the constructor for doubles only; at run time it takes a pair of BigInts.
const Fraction = mathjs.Fraction as unknown as new(numerator: bigint, denominator: bigint) => Rational;

/** p/q in lowest terms. @throws {RangeError} q = 0. */
export function ratio(p: bigint | number, q: bigint | number = 1n): Rational {
  if (BigInt(q) === 0n) throw new RangeError(`expected a denominator that is not 0, got ${p}/${q}`);
  return new Fraction(BigInt(p), BigInt(q));
}

/** Euclid's, in doubles as soon as both are small enough to be exact there. */
function gcd(a: bigint, b: bigint): bigint {
  while (b > SAFE) [a, b] = [b, a % b];
  if (b === 0n) return a;
  if (b === 1n) return 1n;
  let [p, q] = [Number(b), Number(a % b)];
  while (q !== 0) [p, q] = [q, p % q];
  return BigInt(p);
}
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** n/d, which are without a common factor, d > 0: mathjs would look for one each time. */
function reduced(n: bigint, d: bigint): Rational {
  const made = Object.create(Fraction.prototype as object) as { s: bigint; n: bigint; d: bigint };
  made.s = n < 0n ? -1n : 1n;
  made.n = n < 0n ? -n : n;
  made.d = d;
  return made as Rational;
}

/** a/b + c/d. What the denominators share is all that the sum can lose (Knuth, The Art of Computer Programming 2, 4.5.1). */
function sum(a: bigint, b: bigint, c: bigint, d: bigint): Rational {
  if (b === 1n && d === 1n) return reduced(a + c, 1n);
  const shared = gcd(b, d);
  if (shared === 1n) return reduced(a * d + c * b, b * d);
  const [rest, t] = [b / shared, a * (d / shared) + c * (b / shared)];
  const lost = gcd(t < 0n ? -t : t, shared);
  return lost === 1n ? reduced(t, rest * d) : reduced(t / lost, rest * (d / lost));
}
/** a/b · c/d, with a sign: each is in lowest terms already. */
function product(isNegative: boolean, a: bigint, b: bigint, c: bigint, d: bigint): Rational {
  if (a === 0n || c === 0n) return zero;
  const [g, h] = [b === 1n && d === 1n ? 1n : gcd(a, d), b === 1n ? 1n : gcd(c, b)];
  const [p, q] = g === 1n && h === 1n ? [a * c, b * d] : [(a / g) * (c / h), (b / h) * (d / g)];
  return reduced(isNegative ? -p : p, q);
}
const signed = ({ s, n }: Rational): bigint => (s < 0n ? -n : n);

const zero = ratio(0n);
const isEqual = (a: Rational, b: Rational): boolean => a.n === b.n && a.d === b.d && a.s === b.s;
/** a − b, or what has its sign. */
function compare(a: Rational, b: Rational): bigint {
  const [p, q] = [signed(a), signed(b)];
  return a.d === b.d ? p - q : p * b.d - q * a.d;
}

/** Exact rationals. */
export const rational: OrderedSpace<Rational> = {
  ...arraySpace<Rational>({
    name: 'rational',
    exact: true,
    zero,
    one: ratio(1n),
    add: (a, b) => sum(signed(a), a.d, signed(b), b.d),
    sub: (a, b) => sum(signed(a), a.d, -signed(b), b.d),
    mul: (a, b) => product(a.s !== b.s, a.n, a.d, b.n, b.d),
    div(a, b) {
      if (b.n === 0n) throw new ZeroDivisionError(a.toFraction(), 'the rationals');
      return product(a.s !== b.s, a.n, a.d, b.d, b.n);
    },
    neg: (a) => (a.n === 0n ? a : reduced(-signed(a), a.d)),
    equal: isEqual,
    from(data) {
      const { numerator, denominator } = parseFraction(data);
      return new Fraction(numerator, denominator);
    },
    format: (a) => a.toFraction(),
  }),
  ordered: true,
  compare(a, b) {
    const difference = compare(a, b);
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  },
  lessOrEqual: (a, b) => compare(a, b) <= 0n,
  max: (a, b) => (compare(a, b) >= 0n ? a : b),
  min: (a, b) => (compare(a, b) <= 0n ? a : b),
  abs: (a) => (a.s < 0n ? reduced(a.n, a.d) : a),
  toNumber: (a) => nearestDouble(a.s * a.n, a.d),
};
