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

const zero = ratio(0n);

/** Exact rationals. */
export const rational: OrderedSpace<Rational> = {
  ...arraySpace<Rational>({
    name: 'rational',
    exact: true,
    zero,
    one: ratio(1n),
    add: (a, b) => a.add(b),
    sub: (a, b) => a.sub(b),
    mul: (a, b) => a.mul(b),
    div(a, b) {
      if (b.n === 0n) throw new ZeroDivisionError(a.toFraction(), 'the rationals');
      return a.div(b);
    },
    neg: (a) => a.neg(),
    equal: (a, b) => a.equals(b),
    from(data) {
      const { numerator, denominator } = parseFraction(data);
      return new Fraction(numerator, denominator);
    },
    format: (a) => a.toFraction(),
  }),
  ordered: true,
  compare: (a, b) => Math.sign(a.compare(b)),
  lessOrEqual: (a, b) => a.compare(b) <= 0,
  max: (a, b) => (a.compare(b) >= 0 ? a : b),
  min: (a, b) => (a.compare(b) <= 0 ? a : b),
  abs: (a) => a.abs(),
  toNumber: (a) => nearestDouble(a.s * a.n, a.d),
};
