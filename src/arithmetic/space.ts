import type { ArithmeticName } from '../verdict.js';

/** A vector of Rᵐ (or Fᵐ). `Float64Array` in float64, a plain array elsewhere; never written to once returned. */
export type Vector<S> = ArrayLike<S>;

/** A matrix as its rows. */
export type Matrix<S> = readonly Vector<S>[];

/**
 * A field and the inner-product space Fᵐ over it. Algorithms that need no order and no roots are written over this, and so
 * run unchanged in all four arithmetics.
 */
export interface Space<S> {
  readonly name: ArithmeticName;
  /** True where equality of results is equality of numbers: rationals and the prime field. */
  readonly exact: boolean;
  readonly zero: S;
  readonly one: S;
  readonly add: (a: S, b: S) => S;
  readonly sub: (a: S, b: S) => S;
  readonly mul: (a: S, b: S) => S;
  /** @throws {ZeroDivisionError} except in float64, where it follows IEEE 754. */
  readonly div: (a: S, b: S) => S;
  readonly neg: (a: S) => S;
  readonly equal: (a: S, b: S) => boolean;
  /**
   * The number that `data` denotes: a double stands for itself, "p/q" (or "p") for that fraction.
   * @throws {RangeError} data that is no number, or none of this field.
   */
  readonly from: (data: number | string) => S;
  readonly format: (a: S) => string;

  /** (entry(0), …, entry(length − 1)) */
  readonly vector: (length: number, entry: (index: number) => S) => Vector<S>;
  readonly zeros: (length: number) => Vector<S>;
  /** ⟨x, y⟩. @throws {RangeError} lengths that differ. */
  readonly dot: (x: Vector<S>, y: Vector<S>) => S;
  /** ⟨g, x − y⟩, without the vector x − y. */
  readonly dotDifference: (g: Vector<S>, x: Vector<S>, y: Vector<S>) => S;
  /** ‖x − y‖², without the vector x − y. */
  readonly squaredDistance: (x: Vector<S>, y: Vector<S>) => S;
  readonly plus: (x: Vector<S>, y: Vector<S>) => Vector<S>;
  readonly minus: (x: Vector<S>, y: Vector<S>) => Vector<S>;
  /** a x */
  readonly scale: (a: S, x: Vector<S>) => Vector<S>;
  /** a x + y */
  readonly axpy: (a: S, x: Vector<S>, y: Vector<S>) => Vector<S>;
  /** x ⊙ y */
  readonly hadamard: (x: Vector<S>, y: Vector<S>) => Vector<S>;
  /** A x */
  readonly apply: (A: Matrix<S>, x: Vector<S>) => Vector<S>;
  /** A x + b */
  readonly image: (A: Matrix<S>, x: Vector<S>, b: Vector<S>) => Vector<S>;
  /** Aᵀ y; `columns` is needed where A has no rows. */
  readonly applyTranspose: (A: Matrix<S>, y: Vector<S>, columns: number) => Vector<S>;
}

/** Division by zero. In the prime field a denominator vanishes on a few random cases in 2⁶¹: such a case is no evidence. */
export class ZeroDivisionError extends RangeError {
  constructor(dividend: string, field: string) {
    super(`expected a divisor that is not 0 in ${field}, got ${dividend} / 0`);
    this.name = 'ZeroDivisionError';
  }
}

/** A space whose field is ordered: float64, rationals, decimals. */
export interface OrderedSpace<S> extends Space<S> {
  readonly ordered: true;
  /** −1, 0 or 1 as a < b, a = b, a > b; NaN where one of them is NaN. */
  readonly compare: (a: S, b: S) => number;
  /** a ≤ b; false where one of them is NaN. */
  readonly lessOrEqual: (a: S, b: S) => boolean;
  readonly max: (a: S, b: S) => S;
  readonly min: (a: S, b: S) => S;
  readonly abs: (a: S) => S;
  /** The nearest double, for ratios and reports. */
  readonly toNumber: (a: S) => number;
}

/** A space with roots and exponentials: float64 and decimals. A step that needs √ does not compile without it. */
export interface RealSpace<S> extends OrderedSpace<S> {
  readonly real: true;
  readonly sqrt: (a: S) => S;
  readonly exp: (a: S) => S;
  /** log(1 + a) */
  readonly log1p: (a: S) => S;
  readonly log: (a: S) => S;
}

export function isOrdered<S>(K: Space<S>): K is OrderedSpace<S> {
  return 'ordered' in K;
}

export function isReal<S>(K: Space<S>): K is RealSpace<S> {
  return 'real' in K;
}

/** The scalar operations of a field, from which `arraySpace` makes a space. */
export type Field<S> = Pick<Space<S>, 'name' | 'exact' | 'zero' | 'one' | 'add' | 'sub' | 'mul' | 'div' | 'neg' | 'equal' | 'from' | 'format'>;

/** @throws {RangeError} lengths that differ. */
export function sameLength(x: ArrayLike<unknown>, y: ArrayLike<unknown>): number {
  if (x.length !== y.length) throw new RangeError(`expected vectors of one dimension, got ${x.length} and ${y.length}`);
  return x.length;
}

/** The inner-product space over `field`, with vectors as plain arrays. */
export function arraySpace<S>(field: Field<S>): Space<S> {
  const { zero, add, sub, mul } = field;
  const vector = (length: number, entry: (index: number) => S): Vector<S> => {
    // Array.from, which says the same in less, takes several times as long.
    const entries: S[] = [];
    for (let i = 0; i < length; i++) entries.push(entry(i));
    return entries;
  };
  const dot = (x: Vector<S>, y: Vector<S>): S => {
    const n = sameLength(x, y);
    let sum = zero;
    for (let i = 0; i < n; i++) sum = add(sum, mul(x[i]!, y[i]!));
    return sum;
  };
  return {
    ...field,
    vector,
    dot,
    dotDifference(g, x, y) {
      const n = sameLength(g, x);
      sameLength(x, y);
      let sum = zero;
      for (let i = 0; i < n; i++) sum = add(sum, mul(g[i]!, sub(x[i]!, y[i]!)));
      return sum;
    },
    squaredDistance(x, y) {
      const n = sameLength(x, y);
      let sum = zero;
      for (let i = 0; i < n; i++) {
        const difference = sub(x[i]!, y[i]!);
        sum = add(sum, mul(difference, difference));
      }
      return sum;
    },
    zeros: (length) => vector(length, () => zero),
    plus: (x, y) => vector(sameLength(x, y), (i) => add(x[i]!, y[i]!)),
    minus: (x, y) => vector(sameLength(x, y), (i) => sub(x[i]!, y[i]!)),
    scale: (a, x) => vector(x.length, (i) => mul(a, x[i]!)),
    axpy: (a, x, y) => vector(sameLength(x, y), (i) => add(mul(a, x[i]!), y[i]!)),
    hadamard: (x, y) => vector(sameLength(x, y), (i) => mul(x[i]!, y[i]!)),
    apply: (A, x) => vector(A.length, (i) => dot(A[i]!, x)),
    image: (A, x, b) => vector(sameLength(A, b), (i) => add(dot(A[i]!, x), b[i]!)),
    applyTranspose: (A, y, columns) => {
      const n = sameLength(A, y);
      return vector(columns, (j) => {
        let sum = zero;
        for (let i = 0; i < n; i++) sum = add(sum, mul(A[i]![j]!, y[i]!));
        return sum;
      });
    },
  };
}

/** "p/q", "p" or a finite double as an exact fraction. @throws {RangeError} anything else. */
export function parseFraction(data: number | string): { readonly numerator: bigint; readonly denominator: bigint } {
  if (typeof data === 'number') return doubleToFraction(data);
  const match = /^\s*(-?\d+)(?:\/(\d+))?\s*$/.exec(data);
  const denominator = BigInt(match?.[2] ?? '1');
  if (match === null || denominator === 0n) {
    throw new RangeError(`expected a fraction "p/q" or an integer "p", got ${JSON.stringify(data)}`);
  }
  return { numerator: BigInt(match[1]!), denominator };
}

/** A double is a dyadic fraction: exactly that one. */
function doubleToFraction(value: number): { readonly numerator: bigint; readonly denominator: bigint } {
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite number, got ${value}`);
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}

/** The double nearest to numerator/denominator, ties to even, whatever their size; ±Infinity beyond the largest double. */
export function nearestDouble(numerator: bigint, denominator: bigint): number {
  if (numerator < 0n) return -nearestDouble(-numerator, denominator);
  if (numerator <= EXACT && denominator <= EXACT) return Number(numerator) / Number(denominator);
  // An integer quotient of 53 bits, or of as many as end at 2⁻¹⁰⁷⁴, the smallest double: rounding it is the only rounding.
  const widest = Math.min(53 - bitLength(numerator) + bitLength(denominator), 1074);
  const shift = shifted(numerator, denominator, widest).quotient <= EXACT ? widest : widest - 1;
  const { quotient, remainder, divisor } = shifted(numerator, denominator, shift);
  const twice = 2n * remainder - divisor;
  const rounded = Number(twice > 0n || (twice === 0n && quotient % 2n === 1n) ? quotient + 1n : quotient);
  return rounded * 2 ** -shift;
}

/** 2⁵³ − 1: up to there a quotient of two doubles is that of the integers, correctly rounded. */
const EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** numerator · 2^shift / denominator, with remainder. */
function shifted(numerator: bigint, denominator: bigint, shift: number): { quotient: bigint; remainder: bigint; divisor: bigint } {
  const dividend = shift >= 0 ? numerator << BigInt(shift) : numerator;
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
  return { quotient: dividend / divisor, remainder: dividend % divisor, divisor };
}

function bitLength(value: bigint): number {
  const digits = value.toString(16);
  return 4 * digits.length + 28 - Math.clz32(Number.parseInt(digits[0]!, 16));
}
