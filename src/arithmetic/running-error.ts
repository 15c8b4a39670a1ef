import { float64 } from './float64.js';
import { arraySpace, type RealSpace } from './space.js';

/** A number of one computation, with its place in the record of it. */
export interface Recorded {
  readonly value: number;
  readonly place: number;
}

/** Relative rounding unit of a floating-point format, and what an underflow may lose at most (with denormals flushed to zero). */
export interface Precision {
  readonly unit: number;
  readonly tiny: number;
}

export const PRECISIONS = {
  float64: { unit: 2 ** -53, tiny: 2 ** -1022 },
  float32: { unit: 2 ** -24, tiny: 2 ** -126 },
} as const satisfies { readonly [dtype: string]: Precision };

export interface RunningErrorSpace {
  readonly K: RealSpace<Recorded>;
  /** A bound, to first order in the unit, on how far rounding may move this number. */
  readonly error: (a: Recorded) => number;
  /** `distance` ≤ error(a), which the last few operations mostly tell: no need to look back farther. False for NaN. */
  readonly explains: (a: Recorded, distance: number) => boolean;
}

/**
 * Double precision that remembers how each number came about. Every operation, and every number from outside, may be off by
 * half an ulp of `precision`; the derivative of a result by each of these is exact (a reverse sweep over the record), so that the bound
 * Σ|∂result/∂operation| · unit · |operation| follows errors as the computation itself does: what a contraction damps is damped, and what
 * cancels between two uses of one number cancels, where interval arithmetic would grow (running error analysis: Higham, Accuracy and
 * Stability, 3.3; linearised: Linnainmaa 1976).
 *
 * A maximum whose arguments are nearer to each other than `AMBIGUOUS` times their errors may take the other branch in another correct
 * computation: it passes on the larger error of both.
 *
 * A bound costs as many steps as its number has ancestors, not as the record is long: entries that never meet do not pay for each other.
 */
export function runningError({ unit, tiny }: Precision): RunningErrorSpace {
  const tape = new Tape();
  const rounded = (value: number): number => unit * Math.abs(value);
  const record = (value: number, a: number, da: number, b: number, db: number, rounding: number): Recorded => ({ value, place: tape.push(a, da, b, db, rounding) });
  const known = new Map<number, number>();
  const error = ({ place }: Recorded): number => {
    const found = known.get(place);
    if (found !== undefined) return found;
    const bound = tape.sweep(place, Infinity);
    known.set(place, bound);
    return bound;
  };
  const source = (value: number): Recorded => record(value, NONE, 0, NONE, 0, rounded(value));
  const unary = (value: number, a: Recorded, derivative: number): Recorded => record(value, a.place, derivative, NONE, 0, rounded(value) + tiny);
  /** The chosen one of two, where `gap` ≥ 0 tells them apart. */
  const choice = (value: number, chosen: Recorded, other: Recorded, gap: number): Recorded => {
    if (chosen.place === other.place || gap > AMBIGUOUS * (tape.atMost(chosen.place) + tape.atMost(other.place)) || gap > AMBIGUOUS * (error(chosen) + error(other))) {
      return record(value, chosen.place, 1, NONE, 0, 0);
    }
    return record(value, NONE, 0, NONE, 0, Math.max(error(chosen), error(other)));
  };
  const zero = record(0, NONE, 0, NONE, 0, 0);
  const one = record(1, NONE, 0, NONE, 0, 0);
  const field = {
    name: 'float64' as const,
    exact: false,
    zero,
    one,
    add: (a: Recorded, b: Recorded): Recorded => record(a.value + b.value, a.place, 1, b.place, 1, rounded(a.value + b.value)),
    sub: (a: Recorded, b: Recorded): Recorded => record(a.value - b.value, a.place, 1, b.place, -1, rounded(a.value - b.value)),
    mul: (a: Recorded, b: Recorded): Recorded => record(a.value * b.value, a.place, b.value, b.place, a.value, rounded(a.value * b.value) + tiny),
    div(a: Recorded, b: Recorded): Recorded {
      const value = a.value / b.value;
      return record(value, a.place, 1 / b.value, b.place, -value / b.value, rounded(value) + tiny);
    },
    neg: (a: Recorded): Recorded => record(-a.value, a.place, -1, NONE, 0, 0),
    equal: (a: Recorded, b: Recorded): boolean => a.value === b.value,
    from: (data: number | string): Recorded => source(float64.from(data)),
    format: (a: Recorded): string => float64.format(a.value),
  };
  const max = (a: Recorded, b: Recorded): Recorded => (b.value > a.value ? choice(b.value, b, a, b.value - a.value) : choice(a.value, a, b, a.value - b.value));
  const min = (a: Recorded, b: Recorded): Recorded => (b.value < a.value ? choice(b.value, b, a, a.value - b.value) : choice(a.value, a, b, b.value - a.value));
  const K: RealSpace<Recorded> = {
    ...arraySpace<Recorded>(field),
    ordered: true,
    real: true,
    max,
    min,
    abs: (a) => max(a, field.neg(a)),
    compare: (a, b) => float64.compare(a.value, b.value),
    lessOrEqual: (a, b) => a.value <= b.value,
    toNumber: (a) => a.value,
    // At 0 the root has no derivative: what was added up to 0 were zeros, and is exact.
    sqrt: (a) => unary(Math.sqrt(a.value), a, a.value === 0 ? 0 : 0.5 / Math.sqrt(a.value)),
    exp: (a) => unary(Math.exp(a.value), a, Math.exp(a.value)),
    log: (a) => unary(Math.log(a.value), a, 1 / a.value),
    log1p: (a) => unary(Math.log1p(a.value), a, 1 / (1 + a.value)),
  };
  return { K, error, explains: ({ place }, distance) => distance <= (known.get(place) ?? tape.sweep(place, distance)) };
}

/** Two numbers may swap places in another correct computation if they are within this many errors of each other. */
const AMBIGUOUS = 64;
/** The place of a parent that is not there. */
const NONE = -1;
/** Of a word. */
const [BITS, SHIFT, MASK] = [32, 5, 31];

/** What a computation was: for each number its parents, the derivatives by them, and its own rounding. Parents come before children. */
class Tape {
  private length = 0;
  private left = new Int32Array(1024);
  private right = new Int32Array(1024);
  private byLeft = new Float64Array(1024);
  private byRight = new Float64Array(1024);
  private own = new Float64Array(1024);
  /** Errors as interval arithmetic would add them up: too large where something cancels, never too small, and known at once. */
  private reach = new Float64Array(1024);
  /** Of the sweep: ∂result/∂number, and one bit for each number that it has still to look at. Between sweeps all are 0. */
  private adjoint = new Float64Array(1024);
  private waiting = new Int32Array(1024 / BITS);

  push(a: number, da: number, b: number, db: number, rounding: number): number {
    const place = this.length;
    if (place === this.own.length) this.grow();
    this.left[place] = a;
    this.right[place] = b;
    this.byLeft[place] = da;
    this.byRight[place] = db;
    this.own[place] = rounding;
    this.reach[place] = rounding + (a < 0 ? 0 : Math.abs(da) * this.reach[a]!) + (b < 0 ? 0 : Math.abs(db) * this.reach[b]!);
    this.length = place + 1;
    return place;
  }

  atMost(place: number): number {
    return this.reach[place]!;
  }

  /** Σ|∂result/∂number| · its own rounding, the latest first; broken off where it is `enough`. */
  sweep(result: number, enough: number): number {
    const { left, right, byLeft, byRight, own, adjoint, waiting } = this;
    adjoint[result] = 1;
    waiting[result >>> SHIFT] = 1 << (result & MASK);
    let sum = 0;
    // How many numbers wait.
    let count = 1;
    for (let word = result >>> SHIFT; count > 0; word--) {
      while (waiting[word] !== 0) {
        const bit = MASK - Math.clz32(waiting[word]!);
        const i = word * BITS + bit;
        waiting[word] = waiting[word]! ^ (1 << bit);
        count -= 1;
        const weight = adjoint[i]!;
        adjoint[i] = 0;
        // Where enough is known, what still waits is only forgotten.
        if (weight === 0 || sum >= enough) continue;
        sum += Math.abs(weight) * own[i]!;
        const [a, b] = [left[i]!, right[i]!];
        if (a >= 0) {
          adjoint[a] = adjoint[a]! + weight * byLeft[i]!;
          const seen = waiting[a >>> SHIFT]!;
          waiting[a >>> SHIFT] = seen | (1 << (a & MASK));
          if (waiting[a >>> SHIFT] !== seen) count += 1;
        }
        if (b >= 0) {
          adjoint[b] = adjoint[b]! + weight * byRight[i]!;
          const seen = waiting[b >>> SHIFT]!;
          waiting[b >>> SHIFT] = seen | (1 << (b & MASK));
          if (waiting[b >>> SHIFT] !== seen) count += 1;
        }
      }
    }
    return sum;
  }

  private grow(): void {
    this.left = widened(this.left, Int32Array);
    this.right = widened(this.right, Int32Array);
    this.byLeft = widened(this.byLeft, Float64Array);
    this.byRight = widened(this.byRight, Float64Array);
    this.own = widened(this.own, Float64Array);
    this.reach = widened(this.reach, Float64Array);
    this.adjoint = widened(this.adjoint, Float64Array);
    this.waiting = widened(this.waiting, Int32Array);
  }
}

type Typed = Int32Array | Float64Array;

function widened<A extends Typed>(values: A, Kind: new(length: number) => A): A {
  const wider = new Kind(2 * values.length);
  wider.set(values);
  return wider;
}
