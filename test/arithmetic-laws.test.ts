import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../src/arithmetic/decimal.js';
import { float64 } from '../src/arithmetic/float64.js';
import { MODULUS, primeField } from '../src/arithmetic/prime-field.js';
import { ratio, rational, type Rational } from '../src/arithmetic/rational.js';
import { ZeroDivisionError, isOrdered, isReal, nearestDouble, parseFraction, type OrderedSpace, type RealSpace, type Space, type Vector } from '../src/arithmetic/space.js';
import { exactly, gammaOf, holdsFor, unitRoundoff } from './support/exactly.js';

const DIGITS = 50;
const decimal50 = decimal(DIGITS);

/** A fraction of two small integers, and what it is: the truth that every arithmetic must represent. */
const fraction = fc.record({ p: fc.bigInt({ min: -(1n << 40n), max: 1n << 40n }), q: fc.bigInt({ min: 1n, max: 1n << 20n }) });
type Fraction = typeof fraction extends fc.Arbitrary<infer F> ? F : never;

const text = ({ p, q }: Fraction): string => `${p}/${q}`;

/** The laws that hold in any field, and in the space over it; `scalar` draws what is no rounded image of small fractions only. */
function laws<S>(K: Space<S>, scalar: fc.Arbitrary<S>): void {
  const unit = unitRoundoff(K.name, DIGITS);
  const vector = (n: number): fc.Arbitrary<Vector<S>> => fc.array(scalar, { minLength: n, maxLength: n }).map((entries) => K.vector(n, (i) => entries[i]!));
  const matrix = (rows: number, columns: number): fc.Arbitrary<Vector<S>[]> => fc.array(vector(columns), { minLength: rows, maxLength: rows });
  const size = (a: S): Rational => (K.name === 'prime-field' ? ratio(0) : exactly(K, a).abs());
  const sizes = (x: Vector<S>, y: Vector<S>): Rational => Array.from(x, (entry, i) => size(entry).mul(size(y[i]!))).reduce((sum, product) => sum.add(product), ratio(0));
  /** a = b, exactly in exact arithmetic; else to within k roundings on either side of summands of total size `magnitude`. */
  const same = (a: S, b: S, k: number, magnitude: () => Rational): void => {
    if (K.exact) {
      expect(K.format(a)).toBe(K.format(b));
      return;
    }
    const bound = gammaOf(unit, 2 * k).mul(magnitude());
    expect(exactly(K, a).sub(exactly(K, b)).abs().compare(bound), `${K.format(a)} = ${K.format(b)} within ${bound.valueOf()}`).toBeLessThanOrEqual(0);
  };
  const identical = (a: Vector<S>, b: Vector<S>): void => expect(Array.from(a, K.format)).toEqual(Array.from(b, K.format));

  test('fractions keep their sums, products, differences and quotients', () => {
    holdsFor(
      300,
      fc.property(fraction, fraction, (x, y) => {
        const [a, b] = [K.from(text(x)), K.from(text(y))];
        const of = (p: bigint, q: bigint): S => K.from(q < 0n ? `${-p}/${-q}` : `${p}/${q}`);
        const [f, g] = [ratio(x.p, x.q).abs(), ratio(y.p, y.q).abs()];
        same(K.add(a, b), of(x.p * y.q + y.p * x.q, x.q * y.q), 3, () => f.add(g));
        same(K.sub(a, b), of(x.p * y.q - y.p * x.q, x.q * y.q), 3, () => f.add(g));
        same(K.mul(a, b), of(x.p * y.p, x.q * y.q), 3, () => f.mul(g));
        same(K.neg(a), of(-x.p, x.q), 1, () => f);
        if (y.p !== 0n) same(K.div(a, b), of(x.p * y.q, x.q * y.p), 4, () => f.div(g));
      }),
    );
  });

  test('addition and multiplication commute, associate and distribute', () => {
    holdsFor(
      300,
      fc.property(scalar, scalar, scalar, (a, b, c) => {
        expect(K.equal(K.add(a, b), K.add(b, a))).toBe(true);
        expect(K.equal(K.mul(a, b), K.mul(b, a))).toBe(true);
        same(K.add(K.add(a, b), c), K.add(a, K.add(b, c)), 2, () => size(a).add(size(b)).add(size(c)));
        same(K.mul(K.mul(a, b), c), K.mul(a, K.mul(b, c)), 2, () => size(a).mul(size(b)).mul(size(c)));
        same(K.mul(a, K.add(b, c)), K.add(K.mul(a, b), K.mul(a, c)), 2, () => size(a).mul(size(b).add(size(c))));
      }),
    );
  });

  test('0 and 1 are neutral; every number has an opposite, every number but 0 an inverse', () => {
    holdsFor(
      300,
      fc.property(scalar, scalar, (a, b) => {
        expect(K.equal(K.add(a, K.zero), a)).toBe(true);
        expect(K.equal(K.mul(a, K.one), a)).toBe(true);
        expect(K.equal(K.mul(a, K.zero), K.zero)).toBe(true);
        expect(K.equal(K.add(a, K.neg(a)), K.zero)).toBe(true);
        expect(K.equal(K.sub(a, b), K.add(a, K.neg(b)))).toBe(true);
        expect(K.equal(K.neg(K.neg(a)), a)).toBe(true);
        if (K.equal(a, K.zero)) return;
        same(K.mul(a, K.div(K.one, a)), K.one, 2, () => ratio(1));
        same(K.mul(K.div(b, a), a), b, 2, () => size(b));
        expect(K.equal(K.div(a, a), K.one)).toBe(true);
      }),
    );
    expect(K.equal(K.zero, K.one)).toBe(false);
  });

  test('equality tells numbers apart', () => {
    holdsFor(
      200,
      fc.property(scalar, (a) => {
        expect(K.equal(a, a)).toBe(true);
        expect(K.equal(K.add(a, K.one), a) && K.exact).toBe(false);
      }),
    );
    expect(K.equal(K.from(2), K.add(K.one, K.one))).toBe(true);
    expect(K.equal(K.from('3/2'), K.div(K.from(3), K.from(2)))).toBe(true);
    expect(K.equal(K.from(0.375), K.from('3/8'))).toBe(true);
    expect(K.equal(K.from('-7'), K.neg(K.from(7)))).toBe(true);
  });

  test('a printed number denotes itself', () => {
    holdsFor(
      200,
      fc.property(scalar, (a) => {
        const printed = K.name === 'prime-field' ? K.format(a) : rational.format(exactly(K, a));
        expect(K.format(K.from(printed))).toBe(K.format(a));
      }),
    );
  });

  test('vector operations are what they say, entry by entry, and write to none of their arguments', () => {
    const shapes = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }));
    holdsFor(
      200,
      fc.property(shapes.chain(([n, m]) => fc.tuple(scalar, vector(n), vector(n), matrix(m, n), vector(m))), ([a, x, y, A, z]) => {
        const n = x.length;
        const before = [x, y, z, ...A].map((v) => Array.from(v, K.format));
        const entries = (f: (i: number) => S): S[] => Array.from({ length: n }, (_, i) => f(i));
        identical(K.plus(x, y), entries((i) => K.add(x[i]!, y[i]!)));
        identical(K.minus(x, y), entries((i) => K.sub(x[i]!, y[i]!)));
        identical(K.scale(a, x), entries((i) => K.mul(a, x[i]!)));
        identical(K.axpy(a, x, y), entries((i) => K.add(K.mul(a, x[i]!), y[i]!)));
        identical(K.hadamard(x, y), entries((i) => K.mul(x[i]!, y[i]!)));
        identical(K.zeros(n), entries(() => K.zero));
        const inner = (u: Vector<S>, v: Vector<S>): S => Array.from(u).reduce((sum, entry, i) => K.add(sum, K.mul(entry, v[i]!)), K.zero);
        identical([K.dot(x, y)], [inner(x, y)]);
        const difference = entries((i) => K.sub(x[i]!, y[i]!));
        identical([K.dotDifference(x, x, y)], [inner(x, difference)]);
        identical([K.squaredDistance(x, y)], [inner(difference, difference)]);
        identical(K.apply(A, x), A.map((row) => inner(row, x)));
        identical(K.image(A, x, z), A.map((row, i) => K.add(inner(row, x), z[i]!)));
        identical(K.applyTranspose(A, z, n), entries((j) => A.reduce((sum, row, i) => K.add(sum, K.mul(row[j]!, z[i]!)), K.zero)));
        expect([x, y, z, ...A].map((v) => Array.from(v, K.format))).toEqual(before);
      }),
    );
  });

  test('the inner product is symmetric and bilinear, and Aᵀ is the adjoint of A', () => {
    holdsFor(
      200,
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 })).chain(([n, m]) => fc.tuple(scalar, vector(n), vector(n), vector(n), matrix(m, n), vector(m))),
        ([a, x, y, z, A, v]) => {
          const n = x.length;
          expect(K.equal(K.dot(x, y), K.dot(y, x))).toBe(true);
          // Each product passes through n additions, its own rounding, and one of the linear combination.
          same(K.dot(K.axpy(a, x, y), z), K.add(K.mul(a, K.dot(x, z)), K.dot(y, z)), n + 4, () => size(a).mul(sizes(x, z)).add(sizes(y, z)));
          same(
            K.dot(K.apply(A, x), v),
            K.dot(x, K.applyTranspose(A, v, n)),
            n + v.length + 3,
            () => A.map((row, i) => sizes(row, x).mul(size(v[i]!))).reduce((s, t) => s.add(t), ratio(0)),
          );
          same(
            K.dot(K.hadamard(x, y), z),
            K.dot(x, K.hadamard(y, z)),
            n + 3,
            () => Array.from(x, (e, i) => size(e).mul(size(y[i]!)).mul(size(z[i]!))).reduce((s, t) => s.add(t), ratio(0)),
          );
          identical(K.axpy(K.neg(K.one), y, x), K.minus(x, y));
          identical(K.minus(K.plus(x, y), K.plus(y, x)), K.zeros(n));
        },
      ),
    );
  });

  test('vectors of two dimensions do not mix', () => {
    const [two, three] = [K.zeros(2), K.zeros(3)];
    for (
      const mixed of [
        () => K.dot(two, three),
        () => K.plus(two, three),
        () => K.minus(two, three),
        () => K.axpy(K.one, two, three),
        () => K.hadamard(two, three),
        () => K.dotDifference(two, two, three),
        () => K.dotDifference(two, three, three),
        () => K.squaredDistance(two, three),
        () => K.apply([two], three),
        () => K.image([two], three, K.zeros(1)),
        () => K.image([two], two, two),
        () => K.applyTranspose([two], three, 2),
      ]
    ) {
      expect(mixed).toThrow(/^expected vectors of one dimension, got [123] and [23]$/);
    }
  });

  test('text and doubles that are no number are refused, with what was expected', () => {
    for (const bad of ['', '1.5', 'x', '1/0', '1/-2', '0x10', '1/2/3', 'Infinity', '1e3', '--1']) {
      expect(() => K.from(bad), bad).toThrow(new RangeError(`expected a fraction "p/q" or an integer "p", got ${JSON.stringify(bad)}`));
    }
    for (const bad of [NaN, Infinity, -Infinity]) expect(() => K.from(bad)).toThrow(new RangeError(`expected a finite number, got ${bad}`));
  });

  if (isOrdered(K)) orderLaws(K, scalar, vector);
  if (isReal(K)) realLaws(K, scalar, unit);
}

function orderLaws<S>(K: OrderedSpace<S>, scalar: fc.Arbitrary<S>, vector: (n: number) => fc.Arbitrary<Vector<S>>): void {
  const le = K.lessOrEqual;

  test('the order is total, and agrees with the one of the fractions', () => {
    holdsFor(
      300,
      fc.property(scalar, scalar, scalar, (a, b, c) => {
        const truth = exactly(K, a).compare(exactly(K, b));
        expect(le(a, b)).toBe(truth <= 0);
        expect(K.compare(a, b)).toBe(Math.sign(truth));
        expect(K.equal(a, b)).toBe(truth === 0);
        if (le(a, b) && le(b, c)) expect(le(a, c)).toBe(true);
        expect(K.format(K.max(a, b))).toBe(K.format(truth >= 0 ? a : b));
        expect(K.format(K.min(a, b))).toBe(K.format(truth <= 0 ? a : b));
        expect(K.equal(K.abs(a), le(K.zero, a) ? a : K.neg(a))).toBe(true);
      }),
    );
  });

  test('sums and products with what is not negative keep the order, rounded or not', () => {
    holdsFor(
      300,
      fc.property(scalar, scalar, scalar, (a, b, c) => {
        const [low, high] = le(a, b) ? [a, b] : [b, a];
        expect(le(K.add(low, c), K.add(high, c))).toBe(true);
        expect(le(K.mul(low, K.abs(c)), K.mul(high, K.abs(c)))).toBe(true);
        expect(le(K.neg(high), K.neg(low))).toBe(true);
        expect(K.toNumber(low) <= K.toNumber(high)).toBe(true);
      }),
    );
  });

  test('⟨x, x⟩ ≥ 0, and Cauchy and Schwarz hold', () => {
    holdsFor(
      200,
      fc.property(fc.integer({ min: 1, max: 4 }).chain((n) => fc.tuple(vector(n), vector(n))), ([x, y]) => {
        expect(le(K.zero, K.dot(x, x))).toBe(true);
        expect(K.equal(K.dot(x, x), K.zero)).toBe(Array.from(x).every((entry) => K.equal(entry, K.zero)));
        if (!K.exact) return;
        const xy = K.dot(x, y);
        expect(le(K.mul(xy, xy), K.mul(K.dot(x, x), K.dot(y, y)))).toBe(true);
        const parallel = K.scale(K.from('-3/2'), x);
        expect(K.equal(K.mul(K.dot(x, parallel), K.dot(x, parallel)), K.mul(K.dot(x, x), K.dot(parallel, parallel)))).toBe(true);
      }),
    );
  });

  test('toNumber gives the nearest double', () => {
    holdsFor(
      300,
      fc.property(scalar, (a) => {
        const [truth, double] = [exactly(K, a), K.toNumber(a)];
        // Half the gap to the next double: an ulp of a number in [2ᵉ, 2ᵉ⁺¹) is 2ᵉ⁻⁵².
        const half = rational.mul(truth.abs(), unitRoundoff('float64', 0));
        expect(rational.from(double).sub(truth).abs().compare(half)).toBeLessThanOrEqual(0);
      }),
    );
  });
}

function realLaws<S>(K: RealSpace<S>, scalar: fc.Arbitrary<S>, unit: Rational): void {
  const { add, mul } = K;
  /** |a − b| ≤ k u · size, in fractions. */
  const within = (a: S, b: S, k: number, magnitude: Rational): void => {
    expect(exactly(K, a).sub(exactly(K, b)).abs().compare(gammaOf(unit, k).mul(magnitude)), `${K.format(a)} = ${K.format(b)}`).toBeLessThanOrEqual(0);
  };
  const moderate = fc.integer({ min: -3_000_000, max: 3_000_000 }).map((k) => K.from(`${k}/100001`));
  const positive = fc.integer({ min: 1, max: 3_000_000 }).map((k) => K.from(`${k}/100003`));
  const size = (a: S): Rational => exactly(K, a).abs();

  test('√ undoes squares', () => {
    expect(K.equal(K.sqrt(K.from('25/16')), K.from('5/4'))).toBe(true);
    holdsFor(
      300,
      fc.property(scalar, (a) => {
        const root = K.sqrt(K.abs(a));
        // √ is rounded once: its square is off by 2 roundings, and one more for the product.
        within(mul(root, root), K.abs(a), 3, size(a));
        expect(K.lessOrEqual(K.zero, root)).toBe(true);
      }),
    );
  });

  test('exp turns sums into products, log products into sums, and they undo each other', () => {
    expect(K.equal(K.exp(K.zero), K.one)).toBe(true);
    expect(K.equal(K.log(K.one), K.zero)).toBe(true);
    // Each function is good to an ulp (2u); an error δ of its argument costs exp a factor 1 + |δ|, and log δ/x.
    holdsFor(
      100,
      fc.property(moderate, moderate, (a, b) => {
        const product = mul(K.exp(a), K.exp(b));
        within(K.exp(add(a, b)), product, 10 + 2 * Math.ceil(Math.abs(K.toNumber(a)) + Math.abs(K.toNumber(b))), size(product));
        within(K.log(K.exp(a)), a, 8, size(a).add(ratio(1)));
      }),
    );
    holdsFor(
      100,
      fc.property(positive, positive, (a, b) => {
        const [x, y] = [K.log(a), K.log(b)];
        within(K.log(mul(a, b)), add(x, y), 8, size(x).add(size(y)).add(ratio(1)));
        within(K.exp(x), a, 8 + 4 * Math.ceil(Math.abs(K.toNumber(x))), size(a));
        within(K.log1p(a), K.log(add(K.one, a)), 8, ratio(1).add(size(K.log(add(K.one, a)))));
      }),
    );
  });

  test('exp and log are those of the other arithmetic', () => {
    const other = K.name === 'float64' ? decimal50 : null;
    if (other === null) return;
    holdsFor(
      200,
      fc.property(moderate, positive, (a, b) => {
        const [x, y] = [other.from(K.toNumber(a)), other.from(K.toNumber(b))];
        for (const [value, truth] of [[K.exp(a), other.exp(x)], [K.log(b), other.log(y)], [K.log1p(b), other.log1p(y)], [K.sqrt(b), other.sqrt(y)]] as const) {
          // An ulp is at most 2u of the number.
          const exact = exactly(other, truth);
          expect(exactly(K, value).sub(exact).abs().compare(exact.abs().mul(unit).mul(ratio(2)))).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  test('log1p keeps what 1 + a drops, absolutely', () => {
    const tiny = K.from(`1/${10n ** 30n}`);
    within(K.log1p(tiny), tiny, 4, ratio(1));
  });

  test('NaN is never ≤, nor is anything ≤ NaN, and it does not vanish in max and min', () => {
    const nan = K.log(K.neg(K.one));
    for (const a of [K.zero, K.one, K.neg(K.one), nan]) {
      expect(K.lessOrEqual(nan, a)).toBe(false);
      expect(K.lessOrEqual(a, nan)).toBe(false);
      expect(K.equal(nan, a)).toBe(false);
      expect(K.compare(nan, a)).toBeNaN();
      expect(K.compare(a, nan)).toBeNaN();
      for (const picked of [K.max(a, nan), K.max(nan, a), K.min(a, nan), K.min(nan, a)]) expect(K.toNumber(picked)).toBeNaN();
    }
  });
}

// Doubles with full significands and exponents from −70 to 20: no product of three underflows.
const double = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: -70, max: -33 })).map(([m, e]) => m * 2 ** e);
const longFraction = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 20n })).map(([p, q]) => `${p}/${q}`);

describe('float64', () => {
  laws(float64, fc.oneof(double, fc.integer({ min: -3, max: 3 })));

  test('vectors are Float64Arrays', () => {
    const x = float64.vector(2, (i) => i + 0.5);
    for (
      const v of [
        x,
        float64.zeros(2),
        float64.plus(x, x),
        float64.minus(x, x),
        float64.scale(2, x),
        float64.axpy(2, x, x),
        float64.hadamard(x, x),
        float64.apply([x], x),
        float64.image([x], x, float64.zeros(1)),
        float64.applyTranspose([x], float64.zeros(1), 2),
      ]
    ) {
      expect(v).toBeInstanceOf(Float64Array);
    }
  });

  test('division follows IEEE 754', () => {
    expect([float64.div(1, 0), float64.div(-1, 0)]).toEqual([Infinity, -Infinity]);
    expect(float64.div(0, 0)).toBeNaN();
  });

  test('−0 keeps its sign in print, and equals 0', () => {
    expect([float64.format(-0), float64.format(0), float64.format(-1.5)]).toEqual(['-0', '0', '-1.5']);
    expect(float64.equal(-0, 0)).toBe(true);
    expect(float64.lessOrEqual(0, -0) && float64.lessOrEqual(-0, 0)).toBe(true);
  });

  test('fractions round once, to the nearest double', () => {
    expect(float64.from('1/3')).toBe(1 / 3);
    expect(float64.from('36028797018963971/36028797018963968')).toBe(1);
    // 2⁵³ + 1 over 2⁵³ + 3, numerator and denominator rounded first, would be 1 − 2⁻⁵¹; it is 1 − 2⁻⁵² + 3·2⁻¹⁰⁵….
    expect(float64.from('9007199254740993/9007199254740995')).toBe(1 - 2 ** -52);
    expect(float64.from(`${10n ** 400n}/${3n * 10n ** 400n}`)).toBe(1 / 3);
  });
});

describe('rational', () => {
  laws(rational, fc.oneof(longFraction, fc.integer({ min: -3, max: 3 }).map(String)).map((data) => rational.from(data)));

  test('says what mathjs says, in lowest terms, wherever operands leave the doubles', () => {
    // Around 2⁵³, where the search for common factors changes over, and with factors in common.
    const size = fc.constantFrom(0n, 1n, 2n, 6n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 3n * 2n ** 52n, 6n ** 40n, 10n ** 30n);
    const near = fc.tuple(size, fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: 1n, max: 12n })).map(([a, b, c]) => (a + b) * c);
    const operand = fc.tuple(near, near).map(([p, q]) => ratio(p, q === 0n ? 1n : q));
    const parts = ({ s: sign, n, d }: Rational): readonly bigint[] => [sign, n, d];
    holdsFor(
      1000,
      fc.property(operand, operand, (a, b) => {
        const { add, sub, mul, div, neg, abs, equal, compare } = rational;
        expect([add(a, b), sub(a, b), mul(a, b), neg(a), abs(a)].map(parts)).toEqual([a.add(b), a.sub(b), a.mul(b), a.neg(), a.abs()].map(parts));
        if (b.n !== 0n) expect(parts(div(a, b))).toEqual(parts(a.div(b)));
        expect([equal(a, b), compare(a, b)]).toEqual([a.equals(b), Math.sign(a.compare(b))]);
      }),
    );
  });

  test('doubles are exact dyadic fractions', () => {
    expect(rational.format(rational.from(0.1))).toBe('3602879701896397/36028797018963968');
    expect(rational.format(rational.from(-0))).toBe('0');
    expect(rational.format(rational.from(5e-324))).toBe(`1/${1n << 1074n}`);
    expect(rational.format(rational.from(Number.MAX_VALUE))).toBe(String(((1n << 53n) - 1n) << 971n));
    holdsFor(
      300,
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        // Out of the bits of the double, by hand.
        const bits = new DataView(new Float64Array([x]).buffer).getBigUint64(0, true);
        const exponent = Number((bits >> 52n) & 0x7ffn);
        const significand = (bits & ((1n << 52n) - 1n)) + (exponent === 0 ? 0n : 1n << 52n);
        const shift = Math.max(exponent, 1) - 1075;
        const truth = shift >= 0 ? ratio(significand << BigInt(shift)) : ratio(significand, 1n << BigInt(-shift));
        expect(rational.format(rational.from(x))).toBe(rational.format(bits >> 63n === 1n ? truth.neg() : truth));
        expect(rational.toNumber(rational.from(x))).toBe(x === 0 ? 0 : x);
      }),
    );
  });

  test('fractions are kept in lowest terms, the sign on top', () => {
    expect(['6/4', '-6/4', '0/7', ' 4/2 ', '-0'].map((data) => rational.format(rational.from(data)))).toEqual(['3/2', '-3/2', '0', '2', '0']);
    expect(rational.format(ratio(6, 4))).toBe('3/2');
    expect(() => ratio(1, 0)).toThrow(new RangeError('expected a denominator that is not 0, got 1/0'));
  });

  test('toNumber is the nearest double for numerators and denominators of any size', () => {
    const huge = fc.tuple(fc.bigInt({ min: 1n, max: 1n << 200n }), fc.integer({ min: 0, max: 3000 })).map(([m, e]) => m << BigInt(e));
    holdsFor(
      500,
      fc.property(huge, huge, fc.boolean(), (n, d, negative) => {
        const [truth, value] = [ratio(negative ? -n : n, d), rational.toNumber(ratio(negative ? -n : n, d))];
        expect(Object.is(Math.sign(value), negative ? -1 : 1) || value === 0).toBe(true);
        const size = truth.abs();
        if (Math.abs(value) === Infinity) {
          // Halfway between the largest double and 2¹⁰²⁴.
          expect(size.compare(ratio(((1n << 54n) - 1n) << 970n))).toBeGreaterThanOrEqual(0);
          return;
        }
        // Within half an ulp: u relative, or half of 2⁻¹⁰⁷⁴.
        const half = rational.max(size.mul(unitRoundoff('float64', 0)), ratio(1n, 1n << 1075n));
        expect(rational.from(value).sub(truth).abs().compare(half)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('toNumber breaks ties to even, once, also among the smallest doubles', () => {
    const one = 1n << 60n;
    expect(nearestDouble(one + (1n << 7n), one)).toBe(1);
    expect(nearestDouble(one + 3n * (1n << 7n), one)).toBe(1 + 2 ** -51);
    expect(nearestDouble(one + (1n << 7n) + 1n, one)).toBe(1 + 2 ** -52);
    expect(nearestDouble(3n, 1n << 1075n)).toBe(2 ** -1073);
    expect(nearestDouble(1n, 1n << 1075n)).toBe(0);
    expect(nearestDouble((1n << 60n) + 1n, 1n << 1135n)).toBe(5e-324);
    expect(nearestDouble(-(10n ** 400n), 1n)).toBe(-Infinity);
    // 2⁻¹⁰²³ + 2⁻¹⁰⁷⁵ − 2⁻¹¹⁴³ is less than halfway to the next subnormal number; to 53 bits first it would be just halfway above.
    expect(nearestDouble((1n << 120n) + (1n << 68n) - 1n, 1n << (1023n + 120n))).toBe(2 ** -1023);
    expect(nearestDouble((1n << 120n) + (1n << 68n) + 1n, 1n << (1023n + 120n))).toBe(2 ** -1023 + 2 ** -1074);
    expect(nearestDouble((1n << 120n) + (1n << 68n), 1n << (1023n + 120n))).toBe(2 ** -1023);
  });

  test('dividing by 0 names the dividend', () => {
    expect(() => rational.div(ratio(2, 3), rational.zero)).toThrow(new ZeroDivisionError('2/3', 'the rationals'));
  });
});

describe('decimal', () => {
  laws(decimal50, longFraction.map((data) => decimal50.from(data)));

  test('digits are the precision that was asked for', () => {
    expect(decimal(5).format(decimal(5).from('2/3'))).toBe('0.66667');
    expect(decimal50.format(decimal50.div(decimal50.one, decimal50.from(3)))).toBe(`0.${'3'.repeat(50)}`);
    expect(decimal(60).format(decimal(60).from(0.1))).toBe('0.1000000000000000055511151231257827021181583404541015625');
    expect(decimal50.format(decimal50.sqrt(decimal50.from(2)))).toBe('1.4142135623730950488016887242096980785696718753769');
    expect(decimal50.format(decimal50.exp(decimal50.one))).toBe('2.7182818284590452353602874713526624977572470937');
    // Two precisions live side by side.
    expect(decimal(7).format(decimal(7).from('1/7'))).toBe('0.1428571');
    expect(decimal50.format(decimal50.from('1/7'))).toBe('0.14285714285714285714285714285714285714285714285714');
  });

  test('a precision that is none is refused', () => {
    for (const digits of [0, -1, 2.5, 10_001, NaN]) expect(() => decimal(digits)).toThrow(new RangeError(`expected a precision of 1 to 10000 digits, got ${digits}`));
  });

  test('dividing by 0 names the dividend', () => {
    expect(() => decimal50.div(decimal50.from('3/2'), decimal50.zero)).toThrow(new ZeroDivisionError('1.5', 'decimals'));
  });
});

describe('prime field', () => {
  laws(primeField, fc.oneof(fc.bigInt({ min: 0n, max: MODULUS - 1n }), fc.constantFrom(0n, 1n, MODULUS - 1n, (1n << 60n) + 1n)));

  test('it is arithmetic modulo 2⁶¹ − 1', () => {
    const p = 2305843009213693951n;
    expect(MODULUS).toBe(p);
    const any = fc.bigInt({ min: 0n, max: p - 1n });
    holdsFor(
      500,
      fc.property(any, any, (a, b) => {
        expect(primeField.add(a, b)).toBe((a + b) % p);
        expect(primeField.mul(a, b)).toBe((a * b) % p);
        expect(primeField.sub(a, b)).toBe((a - b + p) % p);
        if (b !== 0n) expect((primeField.div(a, b) * b) % p).toBe(a);
      }),
    );
    expect(primeField.mul(p - 1n, p - 1n)).toBe(1n);
    expect(primeField.from('-1')).toBe(p - 1n);
    expect(primeField.from(String(p))).toBe(0n);
    expect(primeField.from('1/2')).toBe(1n << 60n);
  });

  test('2⁶¹ − 1 is a prime, by Lucas and Lehmer', () => {
    let s = 4n;
    for (let i = 0; i < 59; i++) s = (s * s - 2n) % MODULUS;
    expect(s).toBe(0n);
  });

  test('it has no order and no roots', () => {
    expect(isOrdered(primeField)).toBe(false);
    expect(isReal(primeField)).toBe(false);
  });

  test('denominators that vanish are refused', () => {
    expect(() => primeField.div(3n, 0n)).toThrow(new ZeroDivisionError('3', 'the integers modulo 2^61 - 1'));
    expect(() => primeField.from(`1/${MODULUS}`)).toThrow(new RangeError(`expected a denominator that is not a multiple of 2^61 - 1, got 1/${MODULUS}`));
  });
});

describe('division by zero', () => {
  test('is a RangeError with a name and a message', () => {
    const error = new ZeroDivisionError('7', 'the rationals');
    expect(error).toBeInstanceOf(RangeError);
    expect([error.name, error.message]).toEqual(['ZeroDivisionError', 'expected a divisor that is not 0 in the rationals, got 7 / 0']);
  });
});

describe('fractions', () => {
  test('are read as written', () => {
    expect(parseFraction('-12/18')).toEqual({ numerator: -12n, denominator: 18n });
    expect(parseFraction('7')).toEqual({ numerator: 7n, denominator: 1n });
    expect(parseFraction(-0.75)).toEqual({ numerator: -3n, denominator: 4n });
    expect(parseFraction(1e22)).toEqual({ numerator: 10n ** 22n, denominator: 1n });
  });
});
